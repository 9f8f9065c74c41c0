"""The post-incident review is late by days: the manager is notified, and again until it is done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import ClassVar, Final

from bot.policy.model.rules import Policy
from bot.policy.plan import recurrence
from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.plan.reminders.reminder import Due, Reminder, ReminderKind, holders
from bot.policy.plan.reminders.review_due import asked_of, review_due_at
from bot.policy.plan.timers import Planned, TimerKind, moment, stamp
from bot.policy.record.escalation import MANAGER, EscalationFacts

REVIEW_LEFT: Final = "review left"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLeftNotice:
    """The post-incident review is late, for the manager. `people` have been reminded of it."""

    word: ClassVar[str] = "review left"
    subject: ClassVar[NoticeSubject] = NoticeSubject.REVIEW
    is_deleted: ClassVar[bool] = False

    due: datetime
    people: tuple[str, ...]


def plan(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Yield the next time at which the manager is notified of a review that isn't finished."""
    due_at = review_due_at(facts, policy)
    if due_at is not None and facts.review.finished_on is None:
        pace, business = policy.reviews, policy.business
        again = partial(business.add, duration=pace.manager_every)
        at = recurrence.coming(business.add(due_at, pace.manager_after), again, facts.reminded.get(REVIEW_LEFT)).at
        yield Planned(f"{facts.key}:review-left:{stamp(at)}", TimerKind.REVIEW_LEFT, at, {"due": stamp(due_at)})


def decide(due: Due) -> Iterator[Reminder[ReviewLeftNotice]]:
    """Notify the manager once, unless they are reminded themselves."""
    (manager,), asked = holders(due.facts, MANAGER), asked_of(due.facts, due.policy)
    for timer in due.of(TimerKind.REVIEW_LEFT)[-1:]:
        notice = ReviewLeftNotice(due=moment(timer.data["due"]), people=asked)
        people = () if manager in asked else (manager,)
        yield Reminder(notice=notice, in_channel=False, people=people, recurs=REVIEW_LEFT)


KIND = ReminderKind(timer=TimerKind.REVIEW_LEFT, notice=ReviewLeftNotice, plan=plan, decide=decide)
