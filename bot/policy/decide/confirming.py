"""Asking the customer whether it is solved, and what follows from the answer (docs/closing.md)."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from bot.policy.decide.lifecycle import Move, Refusal, refusals, refusals_by_guard
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import FIX_OWNER, MANAGER, RELATIONSHIP_OWNER, EscalationFacts, Status

# How long a mailed question can be answered.
ANSWERED_WITHIN: Final = timedelta(days=14)
# A rating from 1 to 5 that the manager hears of.
POOR: Final = 2


def refusals_to_ask(facts: EscalationFacts, policy: Policy, identities: Collection[str]) -> tuple[Refusal, ...]:
    """Return why somebody may not ask the customer: those who may close it may; an empty guard admits everybody."""
    if policy.guards.close.is_empty:
        return refusals(facts, Move.CONFIRM)
    return refusals_by_guard(facts, Move.CONFIRM, policy.guards.close, identities)


def reopens(facts: EscalationFacts) -> bool:
    """Return True if “not yet” reopens it; before the resolution it only stays as it is."""
    return facts.status in (Status.RESOLVED, Status.CLOSED) and facts.withdrawal is None


def owners(facts: EscalationFacts) -> tuple[str, ...]:
    """Return who hears the customer's answer: both owners, once if they are one person."""
    held = (facts.holder(RELATIONSHIP_OWNER), facts.holder(FIX_OWNER))
    return tuple(dict.fromkeys(person for person in held if person)) or (facts.declared_by,)


def told_of_rating(facts: EscalationFacts, rating: int) -> tuple[str, ...]:
    """Return who hears how satisfied the customer is: the customer owner, of a poor rating the manager too."""
    held = [facts.holder(RELATIONSHIP_OWNER) or facts.declared_by]
    if rating <= POOR:
        held.append(facts.holder(MANAGER) or held[0])
    return tuple(dict.fromkeys(held))
