"""A case review is unfinished after all reminders of its owner: the manager is notified."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.case_review_turns import due_turns, is_for_manager, turns
from bot.policy.plan.reminders.reminder import Due, Reminder, ReminderKind, holders
from bot.policy.plan.timers import Planned, TimerKind
from bot.policy.record.escalation import MANAGER, EscalationFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReviewLeftNotice:
    """A case review is unfinished after all reminders, for the manager."""

    word: ClassVar[str] = "case review left"

    review: int
    turn: int
    owner: str
    due: datetime


def plan(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Yield the timers of the turns at which the manager is notified."""
    yield from (timer for turn, timer in turns(facts, policy) if is_for_manager(turn))


def decide(due: Due) -> Iterator[Reminder[CaseReviewLeftNotice]]:
    """Notify the manager, unless the review is theirs: then they have been reminded often enough."""
    review, (manager,) = due.facts.case_review, holders(due.facts, MANAGER)
    if review is None or manager == review.owner:
        return
    for turn in [turn for turn in due_turns(due) if is_for_manager(turn)][-1:]:
        yield Reminder(
            notice=CaseReviewLeftNotice(review=review.id, turn=turn, owner=review.owner, due=review.due_at),
            in_channel=False,
            people=(manager,),
            event="case review reminded of",
            details={"review": review.id, "person": manager, "turn": turn},
        )


KIND = ReminderKind(timer=TimerKind.CASE_REVIEW_DUE, notice=CaseReviewLeftNotice, plan=plan, decide=decide)
