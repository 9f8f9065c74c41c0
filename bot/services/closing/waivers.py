"""Waivers of the customer's confirmation, posted with the manager's name and reason."""

from dataclasses import dataclass

from bot.database.people import People
from bot.database.records import Records
from bot.policy.decide.lifecycle import Move, refusals_by_guard, require
from bot.policy.model.rules import Policy
from bot.policy.record.announcements.closing import ConfirmationWaived
from bot.policy.record.escalation import EscalationFacts


@dataclass(frozen=True)
class Waivers:
    """Waive the customer's confirmation, without which nothing is resolved."""

    records: Records
    people: People

    def may_waive(self, number: int, *, by: str) -> tuple[EscalationFacts, Policy]:
        """Return an escalation whose confirmation somebody may waive. Raises Refused if they may not."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            who = self.people.identities(tx, by)
            require(refusals_by_guard(change.facts, Move.WAIVE, change.policy.guards.waive, who))
            return change.facts, change.policy

    def waive(self, number: int, *, by: str, reason: str) -> EscalationFacts:
        """Waive the customer's confirmation. Raises Refused if the person may not."""
        with self.records.changing(number, by=by) as change:
            who = self.people.identities(change.tx, by)
            require(refusals_by_guard(change.facts, Move.WAIVE, change.policy.guards.waive, who))
            row = change.row
            row.waived_by, row.waived_reason, row.waived_at = by, reason, change.tx.now
            change.record("confirmation waived", by=by, reason=reason)
            change.announce(ConfirmationWaived(by=by, reason=reason))
            return change.facts
