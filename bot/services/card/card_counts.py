"""The counts on the live card, which aren't in the escalation's own row."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from bot.database import promise_queries
from bot.database.records import Records
from bot.policy.decide.card_counts import CardCounts, of_checklist, of_details
from bot.policy.decide.checklists import ItemTick, checklist
from bot.policy.decide.questionnaire import KnownFact, asks_anything, questionnaire
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.services.intake.intake import answers_of
from bot.services.levels.checklists import ticks_of

# The first change is the channel's creation. Until the next one nobody has ticked or filled in anything, so that the
# first card waits for no query.
_OPENED: Final = 1


@dataclass(frozen=True)
class Cards:
    """Count what the card shows."""

    records: Records

    def redraw(self, number: int) -> None:
        """Queue a redraw of the card; nothing else changes."""
        with self.records.database.transaction() as tx:
            self.records.within(tx, number).refresh_card()

    @staticmethod
    def at_opening(facts: EscalationFacts, policy: Policy) -> CardCounts | None:
        """Return the counts of the first card without asking the database; None if something may have changed."""
        return _counted(facts, policy, {}, {}) if facts.revision <= _OPENED else None

    def counts(self, facts: EscalationFacts, policy: Policy) -> CardCounts:
        """Return the counts as of now. What the policy doesn't ask for isn't read."""
        asks = asks_anything(policy, facts)
        with self.records.database.reading() as tx:
            answers = answers_of(tx, facts.number) if asks else {}
            ticks = ticks_of(tx, facts.number) if policy.checklist else {}
            promises = promise_queries.to_customer(tx, facts.number)
        return replace(_counted(facts, policy, answers, ticks), promises=promises)


def _counted(
    facts: EscalationFacts, policy: Policy, answers: Mapping[str, KnownFact], ticks: Mapping[str, ItemTick]
) -> CardCounts:
    details = questionnaire(policy, facts, answers) if asks_anything(policy, facts) else None
    return CardCounts(of_checklist(checklist(policy, facts, ticks)), of_details(details) if details else None)
