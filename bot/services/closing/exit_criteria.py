"""Exit criteria: the conditions for closure agreed with the customer, if the policy asks for them."""

from dataclasses import dataclass

from bot.database.records import Records
from bot.policy.decide.lifecycle import Move, refusals, require
from bot.policy.model.verification import masked
from bot.policy.record.announcements.closing import ExitCriteriaWritten
from bot.policy.record.escalation import EscalationFacts


@dataclass(frozen=True)
class ExitCriteria:
    """Store exit criteria."""

    records: Records

    def write(self, number: int, words: str, *, customer: str | None, by: str) -> EscalationFacts:
        """Store the criteria, with who agreed for the customer, and post them. The same criteria change nothing.

        Raises Refused for a finished escalation.
        """
        words, customer = masked(words), masked(customer) if customer else None
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.UPDATE))
            row = change.row
            if (row.exit_criteria, row.exit_agreed_by) == (words, customer):
                return change.facts
            before = {"exit_criteria": row.exit_criteria, "customer": row.exit_agreed_by}
            row.exit_criteria, row.exit_agreed_by, row.exit_written_by = words, customer, by
            change.record("exit criteria", by=by, before=before, after={"exit_criteria": words, "customer": customer})
            change.announce(ExitCriteriaWritten(by=by, words=words, customer=customer))
            return change.facts
