"""A status call begins in a quarter of an hour: who holds it is reminded, with the link."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from bot.policy.model.rules import Policy
from bot.policy.plan.live_notices import CALL_SOON, NoticeSubject
from bot.policy.plan.reminders.reminder import Due, Reminder, ReminderKind
from bot.policy.plan.timers import Planned, TimerKind, stamp
from bot.policy.record.escalation import EscalationFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCallSoonNotice:
    """A status call begins soon."""

    word: ClassVar[str] = "status call soon"
    subject: ClassVar[NoticeSubject] = NoticeSubject.STATUS_CALL
    is_deleted: ClassVar[bool] = True

    due: datetime


def plan(facts: EscalationFacts, _policy: Policy) -> Iterator[Planned]:
    """Yield the one timer of a planned call."""
    call = facts.status_call
    if call is not None:
        key = f"{facts.key}:status-call-{call.id}:soon:{stamp(call.at)}"
        yield Planned(key, TimerKind.STATUS_CALL_SOON, call.at - CALL_SOON, {"due": stamp(call.at)})


def decide(due: Due) -> Iterator[Reminder[StatusCallSoonNotice]]:
    """Yield the reminder, unless an outage has delayed it until the call has begun."""
    call = due.facts.status_call
    if due.of(TimerKind.STATUS_CALL_SOON) and call is not None and due.now < call.at:
        notice = StatusCallSoonNotice(due=call.at)
        yield Reminder(notice=notice, in_channel=False, people=(call.owner,), stands_in=True)


KIND = ReminderKind(timer=TimerKind.STATUS_CALL_SOON, notice=StatusCallSoonNotice, plan=plan, decide=decide)
