"""When a wait for the customer ends though nobody ended it."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.policy.plan.timers import Planned, TimerKind, stamp
from bot.policy.record.escalation import EscalationFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitEnds:
    """The limit has come: what was paused runs again."""


def plan(facts: EscalationFacts) -> Iterator[Planned]:
    """Yield the timer of the limit."""
    if facts.waiting is not None:
        until = facts.waiting.until
        yield Planned(f"{facts.key}:wait-ends:{stamp(until)}", TimerKind.WAIT_ENDS, until)
