"""Decide how long we wait for the customer, and when they hear next (docs/policy.md#waiting-on-the-customer)."""

from datetime import datetime

from bot.policy.decide.lifecycle import Move, Obstacle, Refusal, refusals
from bot.policy.decide.promises import calendar_of
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts, Status


def refusals_to_wait(facts: EscalationFacts) -> tuple[Refusal, ...]:
    """Return why waiting can't begin: the status, or that it has begun."""
    found = refusals(facts, Move.WAIT)
    if not found and facts.waiting is not None:
        return (Refusal(Obstacle.ALREADY_WAITING, Move.WAIT, facts.status, facts.waiting.by),)
    return found


def wait_until(facts: EscalationFacts, policy: Policy, now: datetime) -> datetime:
    """Return when a wait that begins now ends at the latest."""
    return calendar_of(facts, policy).add(now, policy.waiting_on_customer.limit)


def update_due_after_follow_up(facts: EscalationFacts, policy: Policy, now: datetime) -> datetime | None:
    """Return when the customer gets an update after following up now; None once it is resolved.

    An update that is due sooner stays so, and one that is overdue is still the one that is owed.
    """
    if facts.status not in (Status.OPEN, Status.MITIGATED):
        return None
    soon = calendar_of(facts, policy).add(now, policy.follow_up_within)
    return min(soon, facts.customer_update_due_at or soon)


def is_overdue(due: datetime | None, now: datetime) -> bool:
    """Return True if an update that was due then is overdue now."""
    return due is not None and due < now
