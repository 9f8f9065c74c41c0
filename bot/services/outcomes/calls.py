"""Plan a follow-up call with the customer, and note what they said."""

from dataclasses import dataclass
from datetime import datetime

from bot.database.records import Records
from bot.errors import FormError
from bot.policy.decide.lifecycle import Move, refusals, require
from bot.policy.model.rules import Policy
from bot.policy.model.verification import masked
from bot.policy.record.announcements.outcomes import CallNoted, CallPlanned
from bot.policy.record.escalation import EscalationFacts
from bot.policy.time import years


@dataclass(frozen=True)
class FollowUpCalls:
    """Plan and note follow-up calls. An escalation has one at a time; noting it makes room for another."""

    records: Records

    def draft(self, number: int, *, by: str) -> tuple[EscalationFacts, Policy]:
        """Return the content of the form. Raises NotFound, and Refused before it is resolved."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            require(refusals(change.facts, Move.CALL))
            return change.facts, change.policy

    def plan(self, number: int, *, at: datetime, owner: str, by: str) -> EscalationFacts:
        """Plan the call, or move it. Raises FormError for a time that has passed, NotFound, Refused."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.CALL))
            if at <= change.tx.now or not years.is_plausible(at):
                raise FormError("call_at", "Choose a time in the future.")
            change.people.must_be_able(change.tx, owner, "call_owner")
            row, before = change.row, change.facts.call
            row.call_at, row.call_owner = at, owner
            row.call_note = row.call_noted_at = None
            was = {"at": before.at.isoformat()} if before is not None else None
            change.record("call planned", by=by, before=was, after={"at": at.isoformat(), "person": owner})
            if row.open_channel_id is not None:
                change.announce(CallPlanned(by=by, owner=owner, at=at))
            return change.facts

    def note(self, number: int, said: str, *, by: str) -> EscalationFacts:
        """Note what the customer said. Raises FormError if no call was planned, NotFound, Refused."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.CALL))
            row = change.row
            if row.call_at is None:
                row.call_at, row.call_owner = change.tx.now, by
            row.call_note, row.call_noted_at = masked(said), change.tx.now
            change.record("call noted", by=by, reason=row.call_note)
            if row.open_channel_id is not None:
                change.announce(CallNoted(by=by, said=row.call_note))
            return change.facts
