"""Action items are overdue: owners are reminded each business day, and from the second day on the manager too."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import ClassVar, Final

from bot.policy.decide.action_items import is_the_managers, overdue, overdue_at
from bot.policy.model.rules import Policy
from bot.policy.plan import recurrence
from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.plan.reminders.reminder import Due, Reminder, ReminderKind, holders
from bot.policy.plan.timers import Planned, TimerKind, stamp
from bot.policy.record.escalation import MANAGER, EscalationFacts
from bot.policy.time.durations import ONE_BUSINESS_DAY

ITEMS: Final = "action items"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDueNotice:
    """Action items are overdue: their ids. One message for a person, whatever they own or manage."""

    word: ClassVar[str] = "items due"
    subject: ClassVar[NoticeSubject] = NoticeSubject.ACTION_ITEMS
    is_deleted: ClassVar[bool] = True

    items: tuple[int, ...]
    due: datetime


def plan(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Yield a timer for the first overdue item, and one each business day after, until none is unfinished."""
    if not facts.open_items or not facts.is_live:
        return
    first_at = min(overdue_at(item, policy) for item in facts.open_items)
    reminded = facts.reminded.get(ITEMS)
    # The last reminder may have been about items that are done.
    since = reminded if reminded is not None and reminded >= first_at else None
    at = recurrence.coming(first_at, partial(policy.business.add, duration=ONE_BUSINESS_DAY), since).at
    yield Planned(f"{facts.key}:items:{stamp(at)}", TimerKind.ITEM_DUE, at, {"due": stamp(first_at)})


def decide(due: Due) -> Iterator[Reminder[ItemDueNotice]]:
    """Yield one reminder for each person, however many an outage has delayed."""
    if not due.of(TimerKind.ITEM_DUE):
        return
    told: dict[str, list[int]] = {}
    late = overdue(due.facts.open_items, due.policy, due.now)
    (manager,) = holders(due.facts, MANAGER)
    for item in late:
        told.setdefault(item.owner, []).append(item.id)
        if manager != item.owner and is_the_managers(item, due.policy, due.now):
            told.setdefault(manager, []).append(item.id)
    for person, items in told.items():
        notice = ItemDueNotice(items=tuple(items), due=overdue_at(late[0], due.policy))
        yield Reminder(notice=notice, in_channel=False, people=(person,), recurs=ITEMS, stands_in=True)


KIND = ReminderKind(timer=TimerKind.ITEM_DUE, notice=ItemDueNotice, plan=plan, decide=decide)
