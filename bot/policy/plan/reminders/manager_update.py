"""The manager's update to the customer's sponsor is due: a reminder each business day until it is given."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import ClassVar, Final

from bot.policy.model.rules import Policy
from bot.policy.plan import recurrence
from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.plan.reminders.reminder import Due, Reminder, ReminderKind, holders
from bot.policy.plan.timers import Planned, TimerKind, stamp
from bot.policy.record.escalation import MANAGER, EscalationFacts
from bot.policy.time.durations import ONE_BUSINESS_DAY

UPDATE: Final = "manager update"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagerUpdateNotice:
    """The manager's update is due."""

    word: ClassVar[str] = "manager update"
    subject: ClassVar[NoticeSubject] = NoticeSubject.MANAGER_UPDATE
    is_deleted: ClassVar[bool] = True

    due: datetime


def plan(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Yield a timer for the due time, and one each business day after."""
    due_at, reminded = facts.sponsor_update_due_at, facts.reminded.get(UPDATE)
    if due_at is None:
        return
    since = reminded if reminded is not None and reminded >= due_at else None
    at = recurrence.coming(due_at, partial(policy.business.add, duration=ONE_BUSINESS_DAY), since).at
    yield Planned(f"{facts.key}:manager:{stamp(at)}", TimerKind.MANAGER_UPDATE, at, {"due": stamp(due_at)})


def decide(due: Due) -> Iterator[Reminder[ManagerUpdateNotice]]:
    """Yield one reminder, however many an outage has delayed."""
    due_at = due.facts.sponsor_update_due_at
    if due.of(TimerKind.MANAGER_UPDATE) and due_at is not None:
        yield Reminder(
            notice=ManagerUpdateNotice(due=due_at),
            in_channel=False,
            people=holders(due.facts, MANAGER),
            recurs=UPDATE,
            stands_in=True,
        )


KIND = ReminderKind(timer=TimerKind.MANAGER_UPDATE, notice=ManagerUpdateNotice, plan=plan, decide=decide)
