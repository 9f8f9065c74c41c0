"""Follow-ups are late by days: the manager is notified, and again each week until they are done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from bot.policy.model.rules import Policy
from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.plan.reminders.follow_up_days import FOR_MANAGER, late, next_for_manager
from bot.policy.plan.reminders.reminder import Due, Reminder, ReminderKind, holders
from bot.policy.plan.timers import Planned, TimerKind, stamp
from bot.policy.record.escalation import MANAGER, EscalationFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpLeftNotice:
    """Follow-ups are late as of a day, for the manager. It is drawn from the record, so it says what is left."""

    word: ClassVar[str] = "follow-up left"
    subject: ClassVar[NoticeSubject] = NoticeSubject.FOLLOW_UP_LEFT
    is_deleted: ClassVar[bool] = False

    on: date


def plan(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Yield the timer of the next time at which the manager is notified."""
    (manager,) = holders(facts, MANAGER)
    at = next_for_manager(facts, policy, manager)
    if at is not None:
        yield Planned(f"{facts.key}:follow-ups-left:{stamp(at)}", TimerKind.FOLLOW_UP_LEFT, at)


def decide(due: Due) -> Iterator[Reminder[FollowUpLeftNotice]]:
    """Notify the manager once of all that is late and isn't their own."""
    today, (manager,) = due.policy.business.local_day(due.now), holders(due.facts, MANAGER)
    if due.of(TimerKind.FOLLOW_UP_LEFT) and any(action.owner != manager for action in late(due.facts, today)):
        notice = FollowUpLeftNotice(on=today)
        yield Reminder(notice=notice, in_channel=False, people=(manager,), recurs=FOR_MANAGER, stands_in=True)


KIND = ReminderKind(timer=TimerKind.FOLLOW_UP_LEFT, notice=FollowUpLeftNotice, plan=plan, decide=decide)
