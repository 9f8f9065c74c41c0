"""Causes: recorded at resolution. The same level recurring with the same cause is a reason to change the policy.

The same Sev recurring means that the matrix or the routing is wrong: change the system, blame nobody
(docs/policy.md#s1).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select

from bot.database.change import Change
from bot.database.locks import advisory_lock
from bot.database.transaction import Database
from bot.models.ending import cause_key
from bot.models.escalation import Escalation
from bot.policy.record.notices.patterns import SameCauseNotice
from bot.services.patterns import proposals
from bot.services.patterns.proposals import EarlierCases

_LATELY = timedelta(days=180)
_LOOKED_AT = 500
_OFFERED = 20


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
    earlier = proposals.earlier(change, and_(alike, Escalation.resolved_at >= since))
    if earlier.total and not _was_suggested(change, cause):
        _suggest(change, cause, repeats.within_days, earlier)


def _suggest(change: Change, cause: str, days: int, earlier: EarlierCases) -> None:
    notice = SameCauseNotice(
        cause=cause,
        level=change.row.level,
        days=days,
        count=earlier.total + 1,
        earlier=earlier.named,
        hidden=earlier.hidden,
        names=tuple(row.id for row in earlier.shown),
    )
    change.row.policy_suggested_at = change.tx.now
    label = change.policy.level(notice.level).label
    proposals.put(change, notice, f"{label} with the cause “{cause}” happened {notice.count} times in {days} days.")


def _alike(change: Change, cause: str) -> ColumnElement[bool]:
    """Return the condition for other escalations of that level with that cause, without withdrawn ones."""
    return and_(
        Escalation.cause.is_not(None),
        Escalation.cause_key == cause_key(cause),
        Escalation.level == change.row.level,
        Escalation.withdrawn_reason.is_(None),
        Escalation.id != change.row.id,
    )


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
