"""Rotas: the people on call in shifts of weeks, days or any length, with hours, days off and hand-overs in a zone.

A rota may have gaps: outside its hours, and on its holidays, nobody of it is on call. Several rotas of an area that
follow each other around the clock (one per region) are tried in order; the first that has somebody on call wins.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Annotated, Final, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from bot.policy.schema import Key, Mistake, Part
from bot.policy.time.calendars import Calendar
from bot.policy.time.durations import Duration, Unit
from bot.policy.time.hours import Week, Weekday
from bot.policy.time.public_holidays import PublicHolidays
from bot.policy.time.zones import ZoneName, zone_info

Identity = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=320)]

_ONE_DAY: Final = timedelta(days=1)
_ONE_SECOND: Final = timedelta(seconds=1)
# A shorter shift is a slip of the pen, and a week of such shifts would take long to work out.
_SHORTEST_SHIFT: Final = timedelta(minutes=15)
# A rota whose every day is a holiday for so long has no further working day.
_FURTHEST: Final = 3_660


def wall_time(value: datetime) -> datetime:
    """Return a wall time as it is. Raises `Mistake` for one with a zone."""
    if value.tzinfo is not None:
        raise Mistake(f"{value.isoformat()} carries a zone", "write the wall time, and its zone under `zone`")
    return value


def first_shown(wall: datetime, zone: str) -> datetime:
    """Return when the wall clock of a zone first shows a time (or passes it, if the clocks skip it), in UTC."""
    tz = zone_info(zone)
    earlier, later = sorted(wall.replace(tzinfo=tz, fold=fold).astimezone(UTC) for fold in (0, 1))
    if _wall(earlier, zone) == wall:
        return earlier
    # The clocks skip it, because they are put forward between the two: find the first second that shows a later time.
    while later - earlier > _ONE_SECOND:
        middle = (earlier + (later - earlier) // 2).replace(microsecond=0)
        earlier, later = (earlier, middle) if _wall(middle, zone) >= wall else (middle, later)
    return later


def _wall(at: datetime, zone: str) -> datetime:
    return at.astimezone(zone_info(zone)).replace(tzinfo=None, fold=0)


class Rota(Part):
    """The people on call, in shifts. The hand-over keeps its wall time in `zone`, also when the clocks change.

    `every` is wall time (1w, 1d, 12h) or business days (1bd, 5bd): then only days with hours count, so that nobody
    loses a shift to a weekend. Outside `hours`, and on days off, nobody is on call. `region` is the rota's region.
    """

    people: Annotated[tuple[Identity, ...], Field(min_length=1)]
    starts_at: datetime
    every: Duration
    zone: ZoneName = "UTC"
    region: Key | None = None
    hours: Week | None = None
    holidays: PublicHolidays | None = None
    closed: tuple[date, ...] = ()

    @field_validator("starts_at")
    @classmethod
    def _local(cls, value: datetime) -> datetime:
        return wall_time(value)

    @field_validator("every")
    @classmethod
    def _shift_length(cls, value: Duration) -> Duration:
        if value.unit is Unit.BUSINESS_HOURS or (value.unit is Unit.WALL and value.length < _SHORTEST_SHIFT):
            raise Mistake(f"{value} is not the length of a shift", "write 1w, 1d or 12h, or 1bd for working days")
        return value

    @model_validator(mode="after")
    def _hours_for_days(self) -> Self:
        if self.hours is None and (self.holidays is not None or self.closed):
            raise Mistake("days off are given, and no hours", "add `hours: {MON-SUN: 00:00-24:00}`")
        if self.hours is None and self.every.unit is Unit.BUSINESS_DAYS:
            raise Mistake(f"{self.every} counts working days, and no hours are given", "add `hours`, as MON-FRI")
        return self

    def on_call(self, at: datetime) -> str | None:
        """Return who is on call; None before the first shift, outside the hours, and on days off.

        A hand-over in the hour that autumn repeats happens once, when the clock first shows its time; one in the hour
        that spring skips happens when the clocks change.
        """
        return next(self.in_order(at), None)

    def in_order(self, at: datetime) -> Iterator[str]:
        """Yield the person on call, then those who come after them; nobody while nobody is on call."""
        shift = self._shift_at(at)
        if shift >= 0 and self._is_open(at):
            for place in range(len(self.people)):
                yield self.people[(shift + place) % len(self.people)]

    def next_change(self, at: datetime) -> datetime:
        """Return a time after `at` before which `on_call` doesn't change."""
        handover = self._starts(max(self._shift_at(at) + 1, 0))
        return min(handover, self._calendar.next_change(at)) if self._calendar is not None else handover

    def _shift_at(self, at: datetime) -> int:
        """Return the number of the shift; negative before the first."""
        if at < self._starts(0):
            return -1
        wall = _wall(at, self.zone)
        if self.every.unit is Unit.BUSINESS_DAYS:
            shift = self._working_days_until((wall - self._handover).date()) // self.every.amount
        else:
            shift = (wall - self.starts_at) // self.every.length
        shift = max(shift, 0)
        while self._starts(shift + 1) <= at:
            shift += 1
        while shift > 0 and self._starts(shift) > at:
            shift -= 1
        return shift

    def _starts(self, shift: int) -> datetime:
        """Return when a shift begins, in UTC."""
        if self.every.unit is Unit.BUSINESS_DAYS:
            day = self._working_day(shift * self.every.amount)
            return first_shown(datetime.combine(day, self.starts_at.time()), self.zone)
        return first_shown(self.starts_at + shift * self.every.length, self.zone)

    @property
    def _handover(self) -> timedelta:
        """The time of day of the hand-over."""
        return self.starts_at - datetime.combine(self.starts_at.date(), datetime.min.time())

    @cached_property
    def _calendar(self) -> Calendar | None:
        if self.hours is None:
            return None
        return Calendar(zone=self.zone, hours=self.hours, holidays=self.holidays, closed=self.closed)

    def _is_open(self, at: datetime) -> bool:
        return self._calendar is None or self._calendar.is_open(at)

    def _is_working_day(self, day: date) -> bool:
        if day in self.closed or (self.holidays is not None and day in self.holidays):
            return False
        return bool((self.hours or {}).get(Weekday(day.weekday())))

    @cached_property
    def _working_days(self) -> list[date]:
        """The working days from the first shift on, in order, as far as they were asked for."""
        return []

    def _working_day(self, place: int) -> date:
        while len(self._working_days) <= place:
            self._extend()
        return self._working_days[place]

    def _working_days_until(self, day: date) -> int:
        """Return how many working days come before a day, or one less if it isn't one itself."""
        while not self._working_days or self._working_days[-1] <= day:
            self._extend()
        low, high = 0, len(self._working_days)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self._working_days[middle] <= day else (low, middle)
        return low - 1

    def _extend(self) -> None:
        known = self._working_days
        day = known[-1] + _ONE_DAY if known else self.starts_at.date()
        for _ in range(_FURTHEST):
            if self._is_working_day(day):
                known.append(day)
                return
            day += _ONE_DAY
        raise ValueError(f"the rota that starts at {self.starts_at.isoformat()} has no working day within ten years")
