"""Causes: named when something is resolved, and the same level and cause again is the policy's fault, nobody's else.

S1: the same Sev recurring says that the matrix or the routing is wrong; change the system.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from bot.models.escalation import Escalation
from bot.models.work import EffectKind
from bot.policy.escalation import MANAGER
from bot.services.core import Database
from bot.services.outbox import NewEffect
from bot.services.people import is_slack_id
from bot.services.records import Change
from bot.services.turns import take_turn

_LATELY = timedelta(days=180)
_LOOKED_AT = 500
_OFFERED = 20
_SUGGESTED = "policy change suggested"


@dataclass(frozen=True)
class Causes:
    """Knows which causes have been named lately."""

    database: Database

    def like(self, query: str) -> Sequence[str]:
        """Return causes named lately that match what is typed, the latest first. What is confidential names none."""
        with self.database.transaction() as tx:
            named = select(Escalation.cause).where(
                Escalation.cause.is_not(None),
                Escalation.is_private.is_(False),
                Escalation.resolved_at > tx.now - _LATELY,
            )
            found = tx.session.scalars(named.order_by(Escalation.resolved_at.desc()).limit(_LOOKED_AT))
            distinct = {_same(cause): cause for cause in reversed(found.all()) if cause}
        wanted = _same(query)
        return [cause for key, cause in reversed(distinct.items()) if wanted in key][:_OFFERED]


def note_cause(change: Change, cause: str | None, *, by: str) -> None:
    """Note what caused it; where the level has had that cause before, suggest to change the policy, once a window."""
    change.row.cause = cause
    if cause is None:
        return
    change.record("cause named", by=by, after={"cause": cause})
    repeats = change.policy.patterns.repeats
    if repeats is None:
        return
    take_turn(change.tx, f"cause {change.row.level} {_same(cause)}")
    since = change.tx.now - timedelta(days=repeats.within_days)
    alike = _alike(change, cause)
    earlier = [row for row in alike if row.resolved_at is not None and row.resolved_at >= since]
    looked_at = [change.row.id, *(row.id for row in alike)]
    suggested = select(Escalation.id).where(Escalation.id.in_(looked_at), Escalation.policy_suggested_at >= since)
    if earlier and change.tx.session.scalars(suggested.limit(1)).first() is None:
        _suggest(change, cause, repeats.within_days, earlier)


def _suggest(change: Change, cause: str, days: int, earlier: Sequence[Escalation]) -> None:
    shown = [row for row in earlier if not row.is_private]
    payload = {
        "cause": cause,
        "level": change.row.level,
        "days": days,
        "earlier": [{"key": row.key, "channel": row.open_channel_id} for row in shown],
        "hidden": len(earlier) - len(shown),
        "names": [row.id for row in shown],
    }
    change.row.policy_suggested_at = change.tx.now
    change.record(_SUGGESTED, after=payload)
    change.announce("same cause again", **payload)
    for person in _keepers(change):
        change.do(NewEffect(EffectKind.DIRECT, {"notice": "same cause again", "to": person, **payload}))


def _keepers(change: Change) -> Iterable[str]:
    """Return who can change the policy: its owner, where that is a person, and the manager of this escalation."""
    named = change.people.resolved(change.tx, change.policy.owner)
    may_know = is_slack_id(named) and change.people.may_see(change.tx, change.facts, change.policy, named)
    manager = change.facts.holder(MANAGER) or change.row.declared_by
    return dict.fromkeys([*([named] if may_know else []), manager])


def _alike(change: Change, cause: str) -> Sequence[Escalation]:
    """Return the other escalations of that level with that cause, oldest first, withdrawn ones left out."""
    others = select(Escalation).where(
        Escalation.level == change.row.level,
        Escalation.cause.is_not(None),
        Escalation.withdrawn_reason.is_(None),
        Escalation.id != change.row.id,
    )
    found = change.tx.session.scalars(others.order_by(Escalation.id))
    return [row for row in found if row.cause and _same(row.cause) == _same(cause)]


def _same(cause: str) -> str:
    """Return what makes two causes the same: case and spaces do not count."""
    return " ".join(cause.split()).casefold()
