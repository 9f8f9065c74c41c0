"""Asking the customer whether it is solved, and what follows from the answer (docs/closing.md)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from bot.policy.decide.lifecycle import Move, Refusal, refusals, refusals_by_guard
from bot.policy.model.rules import Policy
from bot.policy.record.customer_questions import CustomerQuestionFacts
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER, EscalationFacts, Status

# How long a mailed question can be answered.
ANSWERED_WITHIN: Final = timedelta(days=14)


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


def is_open(question: CustomerQuestionFacts, now: datetime) -> bool:
    """Return True if a question can still be answered; `now` is on the real clock."""
    return question.answered_at is None and question.failure is None and now <= question.expires_at
