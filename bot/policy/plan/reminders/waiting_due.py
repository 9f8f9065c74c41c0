"""We still wait for the customer: the customer owner is reminded (docs/policy.md#waiting-on-the-customer)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import ClassVar, Final

from bot.policy.decide.promises import calendar_of
from bot.policy.model.rules import Policy
from bot.policy.plan import recurrence
from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.plan.reminders.reminder import Due, Reminder, ReminderKind, holders
from bot.policy.plan.timers import Planned, TimerKind, stamp
from bot.policy.record.escalation import RELATIONSHIP_OWNER, EscalationFacts

WAITING: Final = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingDueNotice:
    """The customer hasn't answered since then; the wait ends at `until`."""

    word: ClassVar[str] = "waiting due"
    subject: ClassVar[NoticeSubject] = NoticeSubject.WAITING
    is_deleted: ClassVar[bool] = True

    since: datetime
    until: datetime


def plan(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Yield the timer of the next reminder, if it comes before the wait ends."""
    wait = facts.waiting
    if wait is None:
        return
    again = partial(calendar_of(facts, policy).add, duration=policy.waiting_on_customer.remind_every)
    occurrence = recurrence.coming(again(wait.since), again, facts.reminded.get(WAITING))
    if occurrence.at < wait.until:
        yield Planned(f"{facts.key}:waiting:{stamp(occurrence.at)}", TimerKind.WAITING_DUE, occurrence.at)


def decide(due: Due) -> Iterator[Reminder[WaitingDueNotice]]:
    """Yield one reminder to the customer owner."""
    wait = due.facts.waiting
    if due.of(TimerKind.WAITING_DUE) and wait is not None and due.now < wait.until:
        yield Reminder(
            notice=WaitingDueNotice(since=wait.since, until=wait.until),
            in_channel=False,
            people=holders(due.facts, RELATIONSHIP_OWNER),
            recurs=WAITING,
        )


KIND = ReminderKind(timer=TimerKind.WAITING_DUE, notice=WaitingDueNotice, plan=plan, decide=decide)
