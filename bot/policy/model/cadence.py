"""Cadences: how often updates are due, the next update, and the stages of a missed one.

The rules: docs/policy.md#cadence-rules, docs/policy.md#a-missed-update, docs/policy.md#the-next-update. Cadences count
on the business calendar. All times are aware; those returned are in UTC.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, Final, NamedTuple, Self

from pydantic import model_validator

from bot.policy.schema import Mistake, Part
from bot.policy.time.calendars import Calendar
from bot.policy.time.durations import Duration, Unit
from bot.policy.time.hours import Day
from bot.policy.time.openings import ONE_DAY

ON_CHANGE_TERM: Final = Duration(Unit.BUSINESS_DAYS, 1)
_REMIND_DIRECTLY: Final = timedelta(minutes=5)
_PAGE: Final = timedelta(minutes=15)
_REMIND_DIRECTLY_IN_BUSINESS_DAYS: Final = Duration.parse("1bh")
_PAGE_IN_BUSINESS_DAYS: Final = Duration.parse("4bh")
_WORDS: Final = ("on_change", "as_needed", "none")
_DAY_NAMES: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Cadence(Part):
    """When the next update is due. Without any field set there is no cadence.

    In YAML a duration may be given alone, or one of the words `on_change`, `as_needed`, `none`.
    """

    every: Duration | None = None
    also_on: tuple[Day, ...] = ()
    on_change: bool = False
    as_needed: bool = False

    @model_validator(mode="before")
    @classmethod
    def _shorthand(cls, value: Any) -> Any:
        if isinstance(value, dict | cls):
            return value
        if value in _WORDS:
            return {} if value == "none" else {value: True}
        if isinstance(value, str) and value[:1].isdigit():
            return {"every": value}
        raise Mistake(f"{value!r} is not a cadence", "write 30m, 1bd, on_change, as_needed, none or {every: …}")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if self.as_needed and (self.every or self.also_on or self.on_change):
            raise Mistake("as_needed is given with another rule", "as_needed means that no update is ever due")
        return self

    @property
    def in_business_days(self) -> bool:
        """Return True if it counts business days, which gives a missed update more time."""
        return self.every.unit is Unit.BUSINESS_DAYS if self.every else bool(self.also_on) or self.on_change

    @property
    def steady(self) -> timedelta | None:
        """Return the time on the clock after which a missed one is due again; None if that depends on the day."""
        return self.every.length if self.every and self.every.unit is Unit.WALL and not self.also_on else None

    def in_words(self) -> str:
        """Return it in words: "every 2 business days and on Friday", "on change", "as needed"."""
        days = " and ".join(_DAY_NAMES[day] for day in self.also_on)
        parts = [f"every {self.every.in_words().removeprefix('1 ')}"] if self.every else []
        parts += [f"on {days}"] if days else []
        parts += ["on change"] if self.on_change else []
        return " and ".join(parts) or ("as needed" if self.as_needed else "none")


class Stages(NamedTuple):
    """When a missed update is reported: in the channel, to the owner directly, to the manager by page."""

    remind_at: datetime
    direct_at: datetime
    page_at: datetime


def next_due(cadence: Cadence, last_at: datetime, calendar: Calendar, *, updated: bool = True) -> datetime | None:
    """Return when the next update is due after the last one; None if only a change or a need calls for one.

    An update on the day of `also_on` satisfies it, at whatever hour; a declaration (`updated=False`) doesn't. Each
    update restarts `every`.
    """
    due = [calendar.add(last_at, cadence.every)] if cadence.every else []
    if cadence.also_on:
        due.append(_next_carrying_day(cadence, last_at, calendar, updated=updated))
    return min(due, default=None)


def due_again(cadence: Cadence, due_at: datetime, calendar: Calendar) -> datetime:
    """Return when an update that was missed at `due_at` is due again: one interval later, or one business day."""
    return next_due(cadence, due_at, calendar, updated=False) or on_change_due(due_at, calendar)


def on_change_due(changed_at: datetime, calendar: Calendar) -> datetime:
    """Return when a change of level, status, owner or health is due under `on_change`: within one business day."""
    return calendar.add(changed_at, ON_CHANGE_TERM)


def next_update(
    cadences: Iterable[Cadence],
    calendar: Calendar,
    *,
    last_at: datetime,
    updated: bool,
    recast_at: datetime | None = None,
    changed_at: datetime | None = None,
    promised_at: datetime | None = None,
) -> datetime | None:
    """Return when the next update is due: the earliest by any cadence (docs/policy.md#the-next-update).

    `last_at` is the last update or, if `updated` is false, the declaration or proposal. `recast_at` is the last change
    of level or health since; `changed_at` the first change since that `on_change` reacts to; `promised_at` the promise
    made with the last update. After a change the new cadence counts from the last update or, if that is past, from the
    change; an earlier promise is kept unless it was already broken at the change.
    """
    cadences = tuple(cadences)
    due = _earliest(cadences, last_at, calendar, updated=updated)
    if recast_at is not None:
        if due is not None and due <= recast_at:
            due = _earliest(cadences, recast_at, calendar, updated=False)
        if promised_at is not None and promised_at <= recast_at:
            promised_at = None
    answers = on_change_due(changed_at, calendar) if changed_at and any(c.on_change for c in cadences) else None
    return min((at for at in (due, answers, promised_at) if at is not None), default=None)


def stages(cadence: Cadence, due_at: datetime, calendar: Calendar) -> Stages:
    """Return when a missed update is reported: after 5 and 15 minutes, or 1bh and 4bh if it counts business days."""
    if cadence.in_business_days:
        direct_at = calendar.add(due_at, _REMIND_DIRECTLY_IN_BUSINESS_DAYS)
        return Stages(due_at, direct_at, calendar.add(due_at, _PAGE_IN_BUSINESS_DAYS))
    return Stages(due_at, due_at + _REMIND_DIRECTLY, due_at + _PAGE)


def _earliest(cadences: Iterable[Cadence], last_at: datetime, calendar: Calendar, *, updated: bool) -> datetime | None:
    dues = (next_due(cadence, last_at, calendar, updated=updated) for cadence in cadences)
    return min((due for due in dues if due is not None), default=None)


def _next_carrying_day(cadence: Cadence, last_at: datetime, calendar: Calendar, *, updated: bool) -> datetime:
    last_day = calendar.local_day(last_at)
    return next(
        closing
        for day in _carrying_days(cadence, last_day, calendar)
        if (closing := calendar.closing_on(day)) and closing > last_at and not (updated and day <= last_day)
    )


def _carrying_days(cadence: Cadence, since: date, calendar: Calendar) -> Iterator[date]:
    """Yield the days of `also_on`: the day itself or, if it is closed, the last working day before it."""
    for n in count():
        day = since + n * ONE_DAY
        if day.weekday() in cadence.also_on:
            yield day if calendar.is_working_day(day) else calendar.working_day_before(day)
