"""Correct when it began (docs/policy.md#began-earlier)."""

from dataclasses import dataclass
from datetime import datetime

from bot.database.records import Records
from bot.errors import FormError
from bot.models.clocks import ClockKind
from bot.policy.decide.beginning import clocks_begin, wrong_times
from bot.policy.decide.lifecycle import Move, refusals, require
from bot.policy.record.announcements.channel import BeginningCorrected
from bot.policy.record.beginning import Beginning
from bot.policy.record.escalation import EscalationFacts


@dataclass(frozen=True)
class Beginnings:
    """Correct when the customer reported it, and when we detected it."""

    records: Records

    def correct(self, number: int, beginning: Beginning, *, by: str, reason: str) -> EscalationFacts:
        """Store other times, with a reason. Where the clocks count from the report, they count from the new time.

        Raises NotFound, Refused, and FormError for a time that hasn't come.
        """
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.EDIT))
            wrong = wrong_times(beginning, change.tx.now)
            if wrong:
                raise FormError.of(wrong)
            row, before = change.row, change.facts
            if (before.reported_at, before.detected_at) == (beginning.reported_at, beginning.detected_at):
                return before
            row.reported_at, row.detected_at = beginning.reported_at, beginning.detected_at
            begin = clocks_begin(change.policy, row.declared_at, row.reported_at)
            for kind in (ClockKind.RESPONSE, ClockKind.RESOLUTION):
                first = next((span for span in row.spans if span.kind is kind), None)
                if first is not None:
                    first.started_at = begin
            change.record(
                "beginning corrected",
                by=by,
                before={"reported_at": _stored(before.reported_at), "detected_at": _stored(before.detected_at)},
                after={"reported_at": _stored(row.reported_at), "detected_at": _stored(row.detected_at)},
                reason=reason,
            )
            told = BeginningCorrected(
                by=by, reason=reason, reported_at=beginning.reported_at, detected_at=beginning.detected_at
            )
            change.announce(told)
            return change.facts


def _stored(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
