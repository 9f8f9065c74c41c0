"""A status call is over: who held it is asked for notes, and again each business day until there are some."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import ClassVar, Final

from bot.policy.model.rules import Policy
from bot.policy.plan import recurrence
from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.plan.reminders.reminder import Due, Reminder, ReminderKind
from bot.policy.plan.timers import Planned, TimerKind, stamp
from bot.policy.record.escalation import EscalationFacts
from bot.policy.time.durations import ONE_BUSINESS_DAY

NOTES: Final = "status call"
# Calls seldom last longer.
_ASKED_AFTER: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCallNotesNotice:
    """A status call has no notes yet."""

    word: ClassVar[str] = "status call notes"
    subject: ClassVar[NoticeSubject] = NoticeSubject.STATUS_CALL
    is_deleted: ClassVar[bool] = True

    due: datetime


def plan(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Yield a timer for the hour after a call, and one each business day after."""
    call = facts.status_call
    if call is None:
        return
    first_at, reminded = call.at + _ASKED_AFTER, facts.reminded.get(NOTES)
    since = reminded if reminded is not None and reminded >= first_at else None
    at = recurrence.coming(first_at, partial(policy.business.add, duration=ONE_BUSINESS_DAY), since).at
    key = f"{facts.key}:status-call-{call.id}:notes:{stamp(at)}"
    yield Planned(key, TimerKind.STATUS_CALL_NOTES, at, {"due": stamp(call.at)})


def decide(due: Due) -> Iterator[Reminder[StatusCallNotesNotice]]:
    """Yield one reminder, however many an outage has delayed."""
    call = due.facts.status_call
    if due.of(TimerKind.STATUS_CALL_NOTES) and call is not None:
        notice = StatusCallNotesNotice(due=call.at)
        yield Reminder(notice=notice, in_channel=False, people=(call.owner,), recurs=NOTES, stands_in=True)


KIND = ReminderKind(timer=TimerKind.STATUS_CALL_NOTES, notice=StatusCallNotesNotice, plan=plan, decide=decide)
