"""The days of reminders of a case review, from 1: each working day from when it is due until it is done."""

from collections.abc import Iterator
from functools import partial

from bot.policy.model.rules import Policy
from bot.policy.plan import recurrence
from bot.policy.plan.reminders.reminder import Due
from bot.policy.plan.timers import Planned, TimerKind
from bot.policy.record.escalation import EscalationFacts
from bot.policy.time.durations import ONE_BUSINESS_DAY

CASE_REVIEW_REMINDERS = 3  # of its owner alone; then the manager is notified too, and again each week
_WORKING_WEEK = 5
# In the record of who was reminded when.
CASE_REVIEW = "case review"


def days(facts: EscalationFacts, policy: Policy) -> Iterator[tuple[int, Planned]]:
    """Yield the next day with its timer, of a case review that isn't finished."""
    review = facts.case_review
    if review is None:
        return
    again = partial(policy.business.add, duration=ONE_BUSINESS_DAY)
    due = recurrence.coming(review.due_at, again, facts.reminded.get(CASE_REVIEW))
    day = due.number + 1
    key = f"{facts.key}:case-review-{review.id}:{day}"
    yield day, Planned(key, TimerKind.CASE_REVIEW_DUE, due.at, {"review": review.id, "turn": day})


def is_for_manager(day: int) -> bool:
    """Return True if the manager is notified on this day: after the owner's reminders, and each week from then on."""
    return day > CASE_REVIEW_REMINDERS and (day - CASE_REVIEW_REMINDERS - 1) % _WORKING_WEEK == 0


def due_days(due: Due) -> list[int]:
    """Return the days that are due: that of the timer, and those which an outage has delayed since."""
    planned, review = [int(timer.data["turn"]) for timer in due.of(TimerKind.CASE_REVIEW_DUE)], due.facts.case_review
    if not planned or review is None:
        return planned
    again = partial(due.policy.business.add, duration=ONE_BUSINESS_DAY)
    present = recurrence.missed(review.due_at, again, due.now)
    return list(range(min(planned), max(present, *planned) + 1))
