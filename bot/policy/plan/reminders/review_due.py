"""The post-incident review is due: the channel, and the fix owner or those who sign it off, until it is done."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import ClassVar, Final

from bot.policy.decide.lifecycle import review_of, whom_to_ask
from bot.policy.model.rules import Policy, Requirement
from bot.policy.plan import recurrence
from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.plan.reminders.reminder import Due, Reminder, ReminderKind, holders
from bot.policy.plan.timers import Planned, TimerKind, moment, stamp
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts
from bot.policy.record.payloads import IF_GIVEN
from bot.policy.record.reviews import ReviewState

REVIEW: Final = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDueNotice:
    """The post-incident review is due; with `signing` it is written, and waits for a sign-off."""

    word: ClassVar[str] = "review due"
    subject: ClassVar[NoticeSubject] = NoticeSubject.REVIEW
    is_deleted: ClassVar[bool] = False

    due: datetime
    signing: bool = field(default=False, metadata=IF_GIVEN)


def asked_of(facts: EscalationFacts, policy: Policy) -> tuple[str, ...]:
    """Return who has to act on a review: those who sign it off, once they are asked, else the fix owner."""
    if facts.review.state is ReviewState.ASKED:
        return whom_to_ask(facts, policy.guards.sign_off)
    return holders(facts, FIX_OWNER)


def review_due_at(facts: EscalationFacts, policy: Policy) -> datetime | None:
    """Return when the finished review is due: counted from mitigation, by the highest level ever held or the kind."""
    needed, term = review_of(facts, policy)
    if facts.mitigated_at is None or term is None or needed is not Requirement.REQUIRED:
        return None
    return policy.business.add(facts.mitigated_at, term)


def plan(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Yield a timer for a review that isn't finished, and more at the policy's pace."""
    due_at = review_due_at(facts, policy)
    if due_at is not None and facts.review.finished_on is None:
        again = partial(policy.business.add, duration=policy.reviews.remind_every)
        again_at = recurrence.coming(due_at, again, facts.reminded.get(REVIEW)).at
        yield Planned(f"{facts.key}:review:{stamp(again_at)}", TimerKind.REVIEW_DUE, again_at, {"due": stamp(due_at)})


def decide(due: Due) -> Iterator[Reminder[ReviewDueNotice]]:
    """Yield one reminder, however many an outage has delayed."""
    for timer in due.of(TimerKind.REVIEW_DUE)[-1:]:
        due_at = moment(timer.data["due"]) if "due" in timer.data else timer.due_at
        notice = ReviewDueNotice(due=due_at, signing=due.facts.review.state is ReviewState.ASKED)
        yield Reminder(notice=notice, people=asked_of(due.facts, due.policy), recurs=REVIEW)


KIND = ReminderKind(timer=TimerKind.REVIEW_DUE, notice=ReviewDueNotice, plan=plan, decide=decide)
