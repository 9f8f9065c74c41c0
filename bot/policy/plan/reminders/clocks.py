"""Running clocks, shared by the reminders about clocks."""

from collections.abc import Iterator
from datetime import datetime

from bot.policy.model.rules import Policy
from bot.policy.record import sla
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.sla import ClockFacts


def running(facts: EscalationFacts, policy: Policy) -> Iterator[tuple[str, ClockFacts, datetime]]:
    """Yield each running clock of the customer: its name, the clock, and when it is due."""
    for name, clock in (("response", facts.response), ("resolution", facts.resolution)):
        due_at = sla.due_at(clock, policy.calendars)
        if due_at is not None and clock.spans[-1].stopped_at is None:
            yield name, clock, due_at
