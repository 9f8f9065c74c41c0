"""A case review is unfinished after all reminders of its owner: the manager is notified."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from bot.policy.model.rules import Policy
from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.plan.reminders.case_review_days import days, due_days, is_for_manager
from bot.policy.plan.reminders.reminder import Due, Reminder, ReminderKind, holders
from bot.policy.plan.timers import Planned, TimerKind
from bot.policy.record.escalation import MANAGER, EscalationFacts
from bot.policy.record.payloads import stored_as


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReviewLeftNotice:
    """A case review is unfinished after all reminders, for the manager."""

    word: ClassVar[str] = "case review left"
    subject: ClassVar[NoticeSubject] = NoticeSubject.CASE_REVIEW
    is_deleted: ClassVar[bool] = False

    review: int
    day: int = field(metadata=stored_as("turn"))
    owner: str
    due: datetime


def plan(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Yield the timers of the days on which the manager is notified."""
    yield from (timer for day, timer in days(facts, policy) if is_for_manager(day))


def decide(due: Due) -> Iterator[Reminder[CaseReviewLeftNotice]]:
    """Notify the manager, unless the review is theirs: then they have been reminded often enough."""
    review, (manager,) = due.facts.case_review, holders(due.facts, MANAGER)
    if review is None or manager == review.owner:
        return
    for day in [day for day in due_days(due) if is_for_manager(day)][-1:]:
        yield Reminder(
            notice=CaseReviewLeftNotice(review=review.id, day=day, owner=review.owner, due=review.due_at),
            in_channel=False,
            people=(manager,),
            event="case review reminded of",
            recorded={"review": review.id, "person": manager, "turn": day},
        )


KIND = ReminderKind(timer=TimerKind.CASE_REVIEW_DUE, notice=CaseReviewLeftNotice, plan=plan, decide=decide)
