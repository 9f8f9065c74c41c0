"""Clocks that a withdrawal has stopped: what they measure never happened, so nothing says that it did."""

from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.sla import ClockFacts


def was_dropped(clock: ClockFacts, facts: EscalationFacts) -> bool:
    """Return True if a clock (`facts.response` or `facts.resolution`) stopped only because of the withdrawal."""
    if facts.withdrawal is None or clock.terms is None or not clock.spans:
        return False
    if clock is facts.resolution:
        return facts.mitigated_at is None
    stopped_at, reopened_at = clock.spans[-1].stopped_at, facts.reopened_at
    # Reopening takes the acknowledgement back, and leaves a clock alone that it had stopped.
    was_met = reopened_at is not None and stopped_at is not None and stopped_at < reopened_at
    return facts.acknowledged_at is None and not was_met
