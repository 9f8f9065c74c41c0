"""The post-incident review is due: the channel and the fix owner are reminded."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from bot.policy.decide.lifecycle import review_of
from bot.policy.model.rules import Policy, Requirement
from bot.policy.plan.reminders.reminder import Due, Reminder, ReminderKind, holders
from bot.policy.plan.timers import Planned, TimerKind, stamp
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDueNotice:
    """The post-incident review is due."""

    word: ClassVar[str] = "review due"

    due: datetime


def review_due_at(facts: EscalationFacts, policy: Policy) -> datetime | None:
    """Return when the finished review is due: counted from mitigation, by the highest level ever held or the kind."""
    needed, term = review_of(facts, policy)
    if facts.mitigated_at is None or term is None or needed is not Requirement.REQUIRED:
        return None
    return policy.business.add(facts.mitigated_at, term)


def plan(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Yield a timer for a review that isn't finished."""
    due_at = review_due_at(facts, policy)
    if due_at is not None and facts.review.finished_on is None:
        yield Planned(f"{facts.key}:review:{stamp(due_at)}", TimerKind.REVIEW_DUE, due_at, {"due": stamp(due_at)})


def decide(due: Due) -> Iterator[Reminder[ReviewDueNotice]]:
    """Yield one reminder per timer."""
    for timer in due.of(TimerKind.REVIEW_DUE):
        yield Reminder(notice=ReviewDueNotice(due=timer.due_at), people=holders(due.facts, FIX_OWNER))


KIND = ReminderKind(timer=TimerKind.REVIEW_DUE, notice=ReviewDueNotice, plan=plan, decide=decide)
