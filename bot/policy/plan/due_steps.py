"""Steps that are due on an escalation, for lists that say what comes next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.review_due import review_due_at
from bot.policy.record import sla
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.sla import ClockFacts


class OpenStepKind(StrEnum):
    """A kind of step with a due time."""

    ACKNOWLEDGE = "acknowledgement"
    RESOLVE = "resolution"
    CUSTOMER_UPDATE = "customer update"
    INTERNAL_UPDATE = "internal update"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step and its due time."""

    due: OpenStepKind
    at: datetime


@dataclass(frozen=True, slots=True)
class OpenDueTimes:
    """When an escalation's clocks and its review are due; None for those not running."""

    response: datetime | None
    resolution: datetime | None
    review: datetime | None


def due_steps(facts: EscalationFacts, policy: Policy) -> tuple[OpenStep, ...]:
    """Return everything due, the earliest first. Nothing is due on a proposal: nobody works on it before the answer."""
    return () if facts.is_proposed else tuple(sorted(_steps(facts, policy), key=lambda step: step.at))


def _steps(facts: EscalationFacts, policy: Policy) -> Iterator[OpenStep]:
    dues = open_due_times(facts, policy)
    for due, at in (
        (OpenStepKind.ACKNOWLEDGE, dues.response),
        (OpenStepKind.RESOLVE, dues.resolution),
        (OpenStepKind.CUSTOMER_UPDATE, facts.customer_update_due_at),
        (OpenStepKind.INTERNAL_UPDATE, facts.internal_update_due_at),
        (OpenStepKind.REVIEW, dues.review),
    ):
        if at is not None:
            yield OpenStep(due, at)


def open_due_times(facts: EscalationFacts, policy: Policy) -> OpenDueTimes:
    """Return the due times of running clocks and of an unfinished review."""

    def of(clock: ClockFacts) -> datetime | None:
        runs = bool(clock.spans) and clock.spans[-1].stopped_at is None
        return sla.due_at(clock, policy.calendars) if runs else None

    review = review_due_at(facts, policy) if facts.review.finished_on is None else None
    return OpenDueTimes(response=of(facts.response), resolution=of(facts.resolution), review=review)
