"""Follow-ups are due: who owns them is reminded the working day before, and each working day after the date."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from bot.policy.model.rules import Policy
from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.plan.reminders.follow_up_days import next_reminder, of_owner, owners
from bot.policy.plan.reminders.reminder import Due, Reminder, ReminderKind
from bot.policy.plan.timers import Planned, TimerKind, stamp
from bot.policy.record.escalation import EscalationFacts

# A key of a timer has 200 characters.
_KEYED: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpDueNotice:
    """Somebody has follow-ups to do, as of a day. It is drawn from the record, so it says what is left."""

    word: ClassVar[str] = "follow-up due"
    subject: ClassVar[NoticeSubject] = NoticeSubject.FOLLOW_UP
    is_deleted: ClassVar[bool] = False

    owner: str
    on: date


def plan(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Yield a timer for each owner of follow-ups that aren't done or dropped."""
    for owner in owners(facts):
        at = next_reminder(facts, policy, owner)
        if at is not None:
            key = f"{facts.key}:follow-ups:{owner[:_KEYED]}:{stamp(at)}"
            yield Planned(key, TimerKind.FOLLOW_UP_DUE, at, {"owner": owner})


def decide(due: Due) -> Iterator[Reminder[FollowUpDueNotice]]:
    """Yield one reminder for each owner, however many an outage has delayed."""
    today = due.policy.business.local_day(due.now)
    left = owners(due.facts)
    for owner in dict.fromkeys(str(timer.data["owner"]) for timer in due.of(TimerKind.FOLLOW_UP_DUE)):
        if owner in left:
            notice = FollowUpDueNotice(owner=owner, on=today)
            yield Reminder(notice=notice, in_channel=False, people=(owner,), recurs=of_owner(owner), stands_in=True)


KIND = ReminderKind(timer=TimerKind.FOLLOW_UP_DUE, notice=FollowUpDueNotice, plan=plan, decide=decide)
