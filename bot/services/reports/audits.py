"""The audit of an escalation: every entry of its timeline, whole, for people who may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from bot.database import timeline
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.models import reading
from bot.models.timeline import TimelineEntry
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.timeline import AuditPage, TimelineLine
from bot.services.reports import export_confidential

# How many entries a page shows.
PAGE: Final = 12


@dataclass(frozen=True)
class Audits:
    """Read audits."""

    records: Records

    def page(self, number: int, first: int, *, viewer: str) -> tuple[EscalationFacts, Policy, AuditPage]:
        """Return a page of entries, newest first, beginning after `first` newer ones. Raises NotFound.

        References to other escalations that are confidential are left out, as in the export.
        """
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=viewer)
            mine = TimelineEntry.escalation_id == number
            total = tx.session.scalars(select(func.count()).select_from(TimelineEntry).where(mine)).one()
            first = max(0, min(first, (total - 1) // PAGE * PAGE))
            newest = select(TimelineEntry).where(mine).order_by(TimelineEntry.at.desc(), TimelineEntry.id.desc())
            rows = tx.session.scalars(newest.offset(first).limit(PAGE)).all()
            lines = _lines(tx, change.facts, [row for row in rows if reading.problem(row) is None])
            return change.facts, change.policy, AuditPage(lines, first, PAGE, total)


def _lines(tx: Transaction, facts: EscalationFacts, rows: Sequence[TimelineEntry]) -> tuple[TimelineLine, ...]:
    named = export_confidential.named_by(facts, (said for row in rows for said in (row.before, row.after)))
    hidden = export_confidential.confidential(tx, named - {facts.number})
    endings = export_confidential.told_endings(tx, (row.after for row in rows))
    return tuple(
        TimelineLine(
            at=row.at,
            actor=None if row.actor == timeline.ITSELF else row.actor,
            event=row.event,
            before=export_confidential.said_without(row.before, hidden) or {},
            after=export_confidential.said_without(row.after, hidden) or {},
            reason=export_confidential.reason_without(row.after, row.reason, endings),
        )
        for row in rows
    )
