"""Reminding an owner on request: what is asked for, of whom, and not too often."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from bot.policy.model.rules import Policy
from bot.policy.plan.attention import is_unacknowledged
from bot.policy.plan.due_steps import OpenStep, OpenStepKind, due_steps
from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.plan.reminders.review_due import asked_of
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER, EscalationFacts
from bot.policy.record.reviews import ReviewState

# An owner isn't reminded of the same escalation again before.
AGAIN_AFTER: Final = timedelta(hours=1)
_SUBJECTS: Final = {
    OpenStepKind.ACKNOWLEDGE: NoticeSubject.RESPONSE,
    OpenStepKind.RESOLVE: NoticeSubject.RESOLUTION,
    OpenStepKind.CUSTOMER_UPDATE: NoticeSubject.UPDATE,
    OpenStepKind.INTERNAL_UPDATE: NoticeSubject.UPDATE,
    OpenStepKind.REVIEW: NoticeSubject.REVIEW,
}


class NudgeEnd(Enum):
    """Outcome of a request to remind an owner."""

    SENT = auto()
    TOO_SOON = auto()
    PAGED = auto()
    YOURS = auto()
    NOTHING_LATE = auto()
    UNREACHABLE = auto()


@dataclass(frozen=True, slots=True)
class Nudge:
    """An owner whom somebody wanted to remind, and what came of it; if it is too soon, who did so last and when."""

    facts: EscalationFacts
    end: NudgeEnd
    person: str | None = None
    last_by: str | None = None
    last_at: datetime | None = None


def asked_for(facts: EscalationFacts, policy: Policy, now: datetime) -> OpenStep | None:
    """Return the step an owner is reminded of: the acknowledgement, else what is overdue longest; None without any."""
    steps = due_steps(facts, policy)
    if is_unacknowledged(facts):
        return next((step for step in steps if step.due is OpenStepKind.ACKNOWLEDGE), None)
    return next((step for step in steps if step.at <= now), None)


def role_of(step: OpenStepKind) -> str:
    """Return the role that owes a step."""
    return RELATIONSHIP_OWNER if step is OpenStepKind.CUSTOMER_UPDATE else FIX_OWNER


def signer(facts: EscalationFacts, policy: Policy, step: OpenStepKind) -> str | None:
    """Return who a review waits for, once it is written; None if a step isn't theirs."""
    if step is not OpenStepKind.REVIEW or facts.review.state is not ReviewState.ASKED:
        return None
    return next(iter(asked_of(facts, policy)), None)


def subject_of_step(step: str) -> NoticeSubject | None:
    """Return what a reminder of a step is about, so that it takes the place of ours about the same."""
    return _SUBJECTS.get(OpenStepKind(step)) if step in set(OpenStepKind) else None
