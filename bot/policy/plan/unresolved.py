"""Bring in the next person if an issue isn't mitigated in time, acknowledged or not (docs/policy.md#unresolved)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.reminder import Due
from bot.policy.plan.timers import Planned, TimerKind, stamp
from bot.policy.record.escalation import EscalationFacts, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class BringIn:
    """The impact hasn't stopped in time: the holders of these roles are brought in."""

    roles: tuple[str, ...]


def since(facts: EscalationFacts) -> datetime:
    """Return the time from which it counts as unresolved: the declaration, or the last reopening."""
    return facts.reopened_at or facts.declared_at


def plan(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Yield a timer for each step of the present level.

    A step that was past when the level changed counts from the change, like a clock.
    """
    if facts.is_programme or facts.status is not Status.OPEN:
        return
    changed_at = facts.level_changed_at
    for step in policy.level(facts.level).climb_unresolved:
        at = policy.business.add(since(facts), step.after)
        if changed_at is not None and at < changed_at:
            at = policy.business.add(changed_at, step.after)
        yield Planned(f"{facts.key}:unresolved-{step.slot}:{stamp(at)}", TimerKind.UNRESOLVED, at, {"role": step.slot})


def decide(due: Due) -> Iterator[BringIn]:
    """Yield one action for all steps that are due."""
    roles = tuple(dict.fromkeys(timer.data["role"] for timer in due.of(TimerKind.UNRESOLVED)))
    if roles:
        yield BringIn(roles=roles)
