"""What must be so for an escalation to end, agreed by both sides, where the policy asks for it."""

from dataclasses import dataclass

from bot.database.change import Records
from bot.policy.decide.lifecycle import Move, refusals, require
from bot.policy.model.verification import masked
from bot.policy.record.escalation import EscalationFacts


@dataclass(frozen=True)
class ExitCriteria:
    """Writes exit criteria down."""

    records: Records

    def write(self, number: int, words: str, *, customer: str | None, by: str) -> EscalationFacts:
        """Keep the criteria, with who agreed for the customer, and post them. The same again changes nothing.

        Raises Refused for one that is over.
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
            change.announce("exit criteria", by=by, words=words, customer=customer)
            return change.facts
