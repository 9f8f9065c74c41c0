"""An outage lasts: people are asked about the status page, and reminded of it, until the impact has stopped."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Final

from bot.policy.decide.status_page import watched
from bot.policy.model.rules import Policy
from bot.policy.plan import recurrence
from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.plan.reminders.reminder import Due, Reminder, ReminderKind, holders
from bot.policy.plan.timers import Planned, TimerKind, stamp
from bot.policy.record.escalation import RELATIONSHIP_OWNER, EscalationFacts

STATUS_PAGE: Final = "status page"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPageNotice:
    """Whether the outage is posted, or what is to be done while it is."""

    word: ClassVar[str] = "status page"
    subject: ClassVar[NoticeSubject] = NoticeSubject.STATUS_PAGE
    is_deleted: ClassVar[bool] = False


def plan(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Yield a timer at the declaration, and one each time the policy has the page watched."""
    page = watched(facts, policy)
    if page is None:
        return
    calendar = policy.calendar(policy.level_for(facts.level, facts.account.plan).calendar)
    again = partial(calendar.add, duration=page.watch)
    at = recurrence.coming(facts.declared_at, again, facts.reminded.get(STATUS_PAGE)).at
    yield Planned(f"{facts.key}:status-page:{stamp(at)}", TimerKind.STATUS_PAGE, at)


def decide(due: Due) -> Iterator[Reminder[StatusPageNotice]]:
    """Yield one reminder: to the declarer until somebody has looked, to the customer owner from then on."""
    for _ in due.of(TimerKind.STATUS_PAGE)[-1:]:
        has_looked = due.facts.status_check is not None
        people = holders(due.facts, RELATIONSHIP_OWNER) if has_looked else (due.facts.declared_by,)
        yield Reminder(notice=StatusPageNotice(), in_channel=False, people=people, recurs=STATUS_PAGE)


KIND = ReminderKind(timer=TimerKind.STATUS_PAGE, notice=StatusPageNotice, plan=plan, decide=decide)
