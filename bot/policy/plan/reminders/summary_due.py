"""The issue summary is due: its owner is reminded, each business day until it is sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import ClassVar, Final

from bot.policy.decide.issue_summary import summary_due_at, summary_owner
from bot.policy.model.rules import Policy
from bot.policy.plan import recurrence
from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.plan.reminders.reminder import Due, Reminder, ReminderKind
from bot.policy.plan.timers import Planned, TimerKind, moment, stamp
from bot.policy.record.escalation import EscalationFacts
from bot.policy.time.durations import ONE_BUSINESS_DAY

SUMMARY: Final = "issue summary"


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryDueNotice:
    """The issue summary is due."""

    word: ClassVar[str] = "summary due"
    subject: ClassVar[NoticeSubject] = NoticeSubject.ISSUE_SUMMARY
    is_deleted: ClassVar[bool] = False

    due: datetime


def plan(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Yield a timer for a summary that isn't sent, and one each business day after."""
    due_at = summary_due_at(facts, policy)
    if due_at is not None:
        again = partial(policy.business.add, duration=ONE_BUSINESS_DAY)
        at = recurrence.coming(due_at, again, facts.reminded.get(SUMMARY)).at
        yield Planned(f"{facts.key}:summary:{stamp(at)}", TimerKind.SUMMARY_DUE, at, {"due": stamp(due_at)})


def decide(due: Due) -> Iterator[Reminder[SummaryDueNotice]]:
    """Yield one reminder, however many an outage has delayed."""
    for timer in due.of(TimerKind.SUMMARY_DUE)[-1:]:
        due_at = moment(timer.data["due"])
        people = (summary_owner(due.facts),)
        yield Reminder(notice=SummaryDueNotice(due=due_at), in_channel=False, people=people, recurs=SUMMARY)


KIND = ReminderKind(timer=TimerKind.SUMMARY_DUE, notice=SummaryDueNotice, plan=plan, decide=decide)
