"""The turns of a case review, which its reminders share: one each working day from when it is due."""

from collections.abc import Iterator

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.reminder import Due
from bot.policy.plan.timers import Planned, TimerKind
from bot.policy.record.escalation import EscalationFacts
from bot.policy.time.durations import Duration, Unit

CASE_REVIEW_REMINDERS = 3  # of its owner; one more goes to the manager


def turns(facts: EscalationFacts, policy: Policy) -> Iterator[tuple[int, Planned]]:
    """Yield each turn with its timer, of a case review that isn't finished."""
    review = facts.case_review
    if review is None:
        return
    for days in range(CASE_REVIEW_REMINDERS + 1):
        later = Duration(Unit.BUSINESS_DAYS, days)
        at = policy.business.add(review.due_at, later) if days else review.due_at
        turn = days + 1
        key = f"{facts.key}:case-review-{review.id}:{turn}"
        yield turn, Planned(key, TimerKind.CASE_REVIEW_DUE, at, {"review": review.id, "turn": turn})


def due_turns(due: Due) -> list[int]:
    """Return the turns that are due."""
    return [int(timer.data["turn"]) for timer in due.of(TimerKind.CASE_REVIEW_DUE)]
