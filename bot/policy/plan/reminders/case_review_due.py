"""A case review is unfinished: its owner is reminded each working day."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from bot.policy.model.rules import Policy
from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.plan.reminders.case_review_days import CASE_REVIEW, days, due_days
from bot.policy.plan.reminders.reminder import Due, Reminder, ReminderKind
from bot.policy.plan.timers import Planned, TimerKind
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.payloads import stored_as


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReviewDueNotice:
    """A case review is unfinished: the reminder of this `day`, from 1, to its owner."""

    word: ClassVar[str] = "case review due"
    subject: ClassVar[NoticeSubject] = NoticeSubject.CASE_REVIEW
    is_deleted: ClassVar[bool] = False

    review: int
    day: int = field(metadata=stored_as("turn"))
    owner: str
    due: datetime


def plan(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Yield a timer for each day. It reminds the owner, and on some days the manager too."""
    yield from (timer for _, timer in days(facts, policy))


def decide(due: Due) -> Iterator[Reminder[CaseReviewDueNotice]]:
    """Remind the owner once, however many reminders an outage has delayed."""
    review = due.facts.case_review
    if review is None:
        return
    for day in due_days(due)[-1:]:
        yield Reminder(
            notice=CaseReviewDueNotice(review=review.id, day=day, owner=review.owner, due=review.due_at),
            in_channel=False,
            people=(review.owner,),
            event="case review reminded of",
            recorded={"review": review.id, "person": review.owner, "turn": day},
            recurs=CASE_REVIEW,
        )


KIND = ReminderKind(timer=TimerKind.CASE_REVIEW_DUE, notice=CaseReviewDueNotice, plan=plan, decide=decide)
