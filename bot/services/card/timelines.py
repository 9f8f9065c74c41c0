"""The timeline of an escalation, for people who may see it."""

from dataclasses import dataclass

from sqlalchemy import func, select

from bot.database import promise_queries, timeline
from bot.database.records import Records
from bot.models.timeline import TimelineEntry
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.timeline import TimelineExcerpt, TimelineLine

MOST = 40


@dataclass(frozen=True)
class Timelines:
    """Read timelines."""

    records: Records

    def latest(self, number: int, *, viewer: str) -> tuple[EscalationFacts, Policy, TimelineExcerpt]:
        """Return the newest entries of an escalation, closed or not. Raises NotFound."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=viewer)
            mine = TimelineEntry.escalation_id == number
            newest = select(TimelineEntry).where(mine).order_by(TimelineEntry.at.desc(), TimelineEntry.id.desc())
            lines = tuple(_line(row) for row in tx.session.scalars(newest.limit(MOST)))
            total = tx.session.scalars(select(func.count()).select_from(TimelineEntry).where(mine)).one()
            promises = promise_queries.to_customer(tx, number)
            return change.facts, change.policy, TimelineExcerpt(lines, total - len(lines), promises)


def _line(row: TimelineEntry) -> TimelineLine:
    return TimelineLine(
        at=row.at,
        actor=None if row.actor == timeline.ITSELF else row.actor,
        event=row.event,
        before=row.before or {},
        after=row.after or {},
        reason=row.reason,
    )
