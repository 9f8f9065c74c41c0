"""The counts on the live card, which aren't in the escalation's own row."""

from dataclasses import dataclass

from bot.database.records import Records
from bot.policy.decide.card_counts import CardCounts, of_checklist, of_details
from bot.policy.decide.checklists import checklist
from bot.policy.decide.questionnaire import asks_anything, questionnaire
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.services.intake.intake import answers_of
from bot.services.levels.checklists import ticks_of


@dataclass(frozen=True)
class Cards:
    """Count what the card shows."""

    records: Records

    def redraw(self, number: int) -> None:
        """Queue a redraw of the card; nothing else changes."""
        with self.records.database.transaction() as tx:
            self.records.within(tx, number).refresh_card()

    def counts(self, facts: EscalationFacts, policy: Policy) -> CardCounts:
        """Return the counts as of now. If the policy asks for neither, nothing is read."""
        asks = asks_anything(policy, facts)
        if not asks and not policy.checklist:
            return CardCounts()
        with self.records.database.transaction() as tx:
            details = questionnaire(policy, facts, answers_of(tx, facts.number)) if asks else None
            items = checklist(policy, facts, ticks_of(tx, facts.number)) if policy.checklist else ()
        return CardCounts(of_checklist(items), of_details(details) if details else None)
