"""Causes: recorded at resolution. The same level recurring with the same cause is a reason to change the policy.

The same Sev recurring means that the matrix or the routing is wrong: change the system, blame nobody
(docs/policy.md#s1).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from bot.database import timeline
from bot.database.change import Change
from bot.database.locks import advisory_lock
from bot.database.people import is_slack_id
from bot.database.transaction import Database
from bot.models.ending import cause_key
from bot.models.escalation import Escalation
from bot.policy.record.ending import CorrectiveActionFacts
from bot.policy.record.escalation import MANAGER
from bot.policy.record.notices.patterns import EarlierCase, SameCauseNotice
from bot.policy.record.payloads import fields_of
from bot.policy.time.durations import Duration
from bot.services.follow_ups import tracking

_LATELY = timedelta(days=180)
_LOOKED_AT = 500
_OFFERED = 20
# How many are named in the message.
_SHOWN = 10
# How long the owner has to change the policy, or to say why it stays.
_ANSWER_WITHIN: Final = Duration.parse("5bd")
_SUGGESTED = "policy change suggested"


@dataclass(frozen=True)
class Causes:
    """Read recent causes."""

    database: Database

    def like(self, query: str) -> Sequence[str]:
        """Return recent causes that match the typed text, latest first. Confidential escalations contribute none."""
        with self.database.reading() as tx:
            named = select(Escalation.cause, Escalation.cause_key, Escalation.resolved_at).where(
                Escalation.cause.is_not(None),
                Escalation.is_private.is_(False),
                Escalation.resolved_at > tx.now - _LATELY,
            )
            latest = named.order_by(Escalation.resolved_at.desc()).limit(_LOOKED_AT).subquery()
            # Of several spellings of one cause the latest is offered.
            place = func.row_number().over(partition_by=latest.c.cause_key, order_by=latest.c.resolved_at.desc())
            ranked = select(latest, place.label("place")).subquery()
            like = ranked.c.cause_key.contains(cause_key(query), autoescape=True)
            offered = select(ranked.c.cause).where(ranked.c.place == 1, like).order_by(ranked.c.resolved_at.desc())
            return tx.session.scalars(offered.limit(_OFFERED)).all()


def note_cause(change: Change, cause: str | None, *, by: str) -> None:
    """Store the cause; if the level had that cause before, suggest a change of the policy, once for each pattern."""
    change.row.cause, change.row.cause_key = cause, None if cause is None else cause_key(cause)
    if cause is None:
        return
    change.record("cause named", by=by, after={"cause": cause})
    repeats = change.policy.patterns.repeats
    if repeats is None:
        return
    advisory_lock(change.tx, f"cause {change.row.level} {cause_key(cause)}")
    since = change.tx.now - timedelta(days=repeats.within_days)
    alike = _alike(change, cause)
    earlier = _earlier(change, and_(alike, Escalation.resolved_at >= since))
    if earlier.total and not _was_suggested(change, cause):
        _suggest(change, cause, repeats.within_days, earlier)


@dataclass(frozen=True, slots=True)
class _EarlierCases:
    """Earlier escalations with that cause: how many, how many of them confidential, and the last of the others."""

    total: int
    hidden: int
    shown: Sequence[Escalation]


def _suggest(change: Change, cause: str, days: int, earlier: _EarlierCases) -> None:
    notice = SameCauseNotice(
        cause=cause,
        level=change.row.level,
        days=days,
        count=earlier.total + 1,
        earlier=tuple(EarlierCase(key=row.key, channel=row.open_channel_id) for row in earlier.shown),
        hidden=earlier.hidden,
        names=tuple(row.id for row in earlier.shown),
    )
    change.row.policy_suggested_at = change.tx.now
    change.record(_SUGGESTED, after=fields_of(notice))
    change.announce(notice)
    owner, *others = _policy_owners(change)
    _propose(change, notice, owner)
    for person in others:
        change.notify(notice, person)


def _propose(change: Change, notice: SameCauseNotice, owner: str) -> None:
    """Add a follow-up for the owner: done when the policy was changed, dropped with a reason when it stays."""
    label, count = change.policy.level(notice.level).label, notice.count
    what = f"Change the policy or its routing: {label} with the cause “{notice.cause}” happened {count} times"
    due_on = change.policy.business.local_day(change.policy.business.add(change.tx.now, _ANSWER_WITHIN))
    action = CorrectiveActionFacts(f"{what} in {notice.days} days.", owner, due_on, url=change.row.review_url)
    tracking.add(change, [action], by=timeline.ITSELF, aloud=False)


def _policy_owners(change: Change) -> tuple[str, ...]:
    """Return who can change the policy: its owner, if that is a person, and this escalation's manager."""
    named = change.people.resolved(change.tx, change.policy.owner)
    may_know = is_slack_id(named) and change.people.may_see(change.tx, change.facts, change.policy, named)
    manager = change.facts.holder(MANAGER) or change.row.declared_by
    return tuple(dict.fromkeys([*([named] if may_know else []), manager]))


def _alike(change: Change, cause: str) -> ColumnElement[bool]:
    """Return the condition for other escalations of that level with that cause, without withdrawn ones."""
    return and_(
        Escalation.cause.is_not(None),
        Escalation.cause_key == cause_key(cause),
        Escalation.level == change.row.level,
        Escalation.withdrawn_reason.is_(None),
        Escalation.id != change.row.id,
    )


def _earlier(change: Change, alike: ColumnElement[bool]) -> _EarlierCases:
    session = change.tx.session
    hidden = func.coalesce(func.sum(case((Escalation.is_private, 1), else_=0)), 0)
    total, confidential = session.execute(select(func.count(), hidden).where(alike)).one()
    last = select(Escalation).where(alike, Escalation.is_private.is_(False)).order_by(Escalation.id.desc())
    return _EarlierCases(total, confidential, session.scalars(last.limit(_SHOWN)).all()[::-1])


def _was_suggested(change: Change, cause: str) -> bool:
    """Return True if this escalation, or one like it, has led to the suggestion before: its answer stands."""
    # The few suggestions are scanned. A function hides the cause from its index, by which SQLite would go
    # through everything that ever had that cause.
    same = func.coalesce(Escalation.cause_key, "") == cause_key(cause)
    alike = and_(same, Escalation.level == change.row.level, Escalation.withdrawn_reason.is_(None))
    suggested = select(Escalation.id).where(
        Escalation.policy_suggested_at.is_not(None), or_(alike, Escalation.id == change.row.id)
    )
    return change.tx.session.scalars(suggested.limit(1)).first() is not None
