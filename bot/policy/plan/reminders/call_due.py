"""A follow-up call is due: who holds it is reminded, each business day until it is noted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import ClassVar, Final

from bot.policy.model.rules import Policy
from bot.policy.plan import recurrence
from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.plan.reminders.reminder import Due, Reminder, ReminderKind
from bot.policy.plan.timers import Planned, TimerKind, moment, stamp
from bot.policy.record.escalation import EscalationFacts
from bot.policy.time.durations import ONE_BUSINESS_DAY

CALL: Final = "follow-up call"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDueNotice:
    """The follow-up call is due."""

    word: ClassVar[str] = "call due"
    subject: ClassVar[NoticeSubject] = NoticeSubject.CALL
    is_deleted: ClassVar[bool] = False

    due: datetime


def plan(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Yield a timer for a call that isn't noted, and one each business day after."""
    call = facts.call
    if call is not None and call.noted_at is None:
        reminded = facts.reminded.get(CALL)
        # A call that was moved is due anew.
        since = reminded if reminded is not None and reminded >= call.at else None
        at = recurrence.coming(call.at, partial(policy.business.add, duration=ONE_BUSINESS_DAY), since).at
        yield Planned(f"{facts.key}:call:{stamp(at)}", TimerKind.CALL_DUE, at, {"due": stamp(call.at)})


def decide(due: Due) -> Iterator[Reminder[CallDueNotice]]:
    """Yield one reminder, however many an outage has delayed."""
    call = due.facts.call
    for timer in due.of(TimerKind.CALL_DUE)[-1:]:
        people = (call.owner,) if call is not None else (due.facts.declared_by,)
        notice = CallDueNotice(due=moment(timer.data["due"]))
        yield Reminder(notice=notice, in_channel=False, people=people, recurs=CALL)


KIND = ReminderKind(timer=TimerKind.CALL_DUE, notice=CallDueNotice, plan=plan, decide=decide)
