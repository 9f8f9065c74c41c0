"""The days of reminders of follow-ups: the working day before the date, and each working day after it."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Final

from bot.policy.model.rules import Policy
from bot.policy.plan import recurrence
from bot.policy.record.ending import CorrectiveActionFacts
from bot.policy.record.escalation import EscalationFacts
from bot.policy.time.calendars import Calendar

# When people are reminded, by the policy's zone; where opening hours begin later, then.
_MORNING: Final = time(9)
_DAY: Final = timedelta(days=1)
# The manager is notified when a follow-up is late by this many working days, and again each working week.
MANAGER_AFTER: Final = 3
_WORKING_WEEK: Final = 5


def owners(facts: EscalationFacts) -> tuple[str, ...]:
    """Return who has follow-ups left to do."""
    return tuple(dict.fromkeys(action.owner for action in facts.review.unsettled))


def next_reminder(facts: EscalationFacts, policy: Policy, owner: str) -> datetime | None:
    """Return when the owner of follow-ups is reminded next: of all that are due by then, with one message."""
    reminded, business = facts.reminded.get(of_owner(owner)), policy.business
    mine = (action for action in facts.review.unsettled if action.owner == owner)
    return min((_next(action, business, _since(action, reminded)) for action in mine), default=None)


def next_for_manager(facts: EscalationFacts, policy: Policy, manager: str) -> datetime | None:
    """Return when the manager is notified next of late follow-ups; None if none is left, or all are theirs."""
    reminded, business = facts.reminded.get(FOR_MANAGER), policy.business
    others = (action for action in facts.review.unsettled if action.owner != manager)
    again = partial(_later, business, days=_WORKING_WEEK)
    found = (
        recurrence.coming(_later(business, _end_of(action.due_on, business), days=MANAGER_AFTER), again, reminded).at
        for action in others
    )
    return min(found, default=None)


# In the record of who was reminded when.
FOR_MANAGER: Final = "follow-ups left"


def of_owner(owner: str) -> str:
    """Return the name under which the record keeps when an owner was last reminded."""
    return f"follow-ups {owner}"


def late(facts: EscalationFacts, on: date) -> Iterator[CorrectiveActionFacts]:
    """Yield the follow-ups whose date has passed on a day."""
    yield from (action for action in facts.review.unsettled if action.due_on < on)


def _next(action: CorrectiveActionFacts, business: Calendar, since: datetime | None) -> datetime:
    first = _morning(business, business.working_day_before(action.due_on))
    return recurrence.coming(first, partial(_following, business, action.due_on), since).at


def _since(action: CorrectiveActionFacts, reminded: datetime | None) -> datetime | None:
    """Return since when reminders count: who was given a follow-up was notified at that time."""
    known = [at for at in (reminded, action.added_at) if at is not None]
    return max(known, default=None)


def _following(business: Calendar, due_on: date, at: datetime) -> datetime:
    return _morning(business, max(business.local_day(at), due_on) + _DAY)


def _later(business: Calendar, at: datetime, *, days: int) -> datetime:
    for _ in range(days):
        at = _morning(business, business.local_day(at) + _DAY)
    return at


def _end_of(day: date, business: Calendar) -> datetime:
    return datetime.combine(day, _MORNING, business.tz)


def _morning(business: Calendar, day: date) -> datetime:
    at = datetime.combine(day, _MORNING, business.tz)
    return at if business.is_open(at) else business.next_opening(at)
