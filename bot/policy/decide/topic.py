"""The topic of a channel: level, status and the next due time. It is set again when one of them changes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.policy.model.facts import HealthState
from bot.policy.model.rules import Policy
from bot.policy.record import sla
from bot.policy.record.escalation import EscalationFacts, Status


class DueStep(StrEnum):
    """The step that is due next."""

    ACKNOWLEDGE = "acknowledge"
    UPDATE = "customer update"
    RESOLVE = "resolve"


@dataclass(frozen=True, slots=True)
class NextDue:
    """The next due step. `at` is a whole minute, so that seconds don't change a topic."""

    step: DueStep
    at: datetime


@dataclass(frozen=True, slots=True)
class Topic:
    """A channel's topic, before it is put into words."""

    level: str
    health: HealthState | None
    status: Status
    is_acknowledged: bool
    is_withdrawn: bool
    next_due: NextDue | None
    account: str
    summary: str


def topic_of(facts: EscalationFacts, policy: Policy) -> Topic:
    """Return the topic. It doesn't depend on the time: that it's overdue is said by the time at which it's drawn."""
    return Topic(
        level=facts.level,
        health=facts.health,
        status=facts.status,
        is_acknowledged=facts.is_acknowledged,
        is_withdrawn=facts.withdrawal is not None,
        next_due=next_due(facts, policy),
        account=facts.account.name,
        summary=facts.summary,
    )


def next_due(facts: EscalationFacts, policy: Policy) -> NextDue | None:
    """Return what is due first of acknowledging, the customer's update and resolving; None if nothing is."""
    if facts.status not in (Status.OPEN, Status.MITIGATED):
        return None
    found = [
        (at, step)
        for step, at in (
            (DueStep.ACKNOWLEDGE, _response_due(facts, policy)),
            (DueStep.UPDATE, facts.customer_update_due_at),
            (DueStep.RESOLVE, _resolution_due(facts, policy)),
        )
        if at is not None
    ]
    if not found:
        return None
    at, step = min(found, key=lambda one: one[0])
    return NextDue(step, at.replace(second=0, microsecond=0))


def _response_due(facts: EscalationFacts, policy: Policy) -> datetime | None:
    """Return when it must have been acknowledged; None once it has been, also if it was reopened since."""
    is_over = facts.is_acknowledged or sla.has_ended(facts.response)
    return None if is_over else sla.due_at(facts.response, policy.calendars)


def _resolution_due(facts: EscalationFacts, policy: Policy) -> datetime | None:
    """Return when the impact must have stopped; None once it has."""
    return None if sla.has_ended(facts.resolution) else sla.due_at(facts.resolution, policy.calendars)
