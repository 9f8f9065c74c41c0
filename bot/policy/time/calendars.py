"""Opening hours of a place, and when durations end there.

Every datetime taken and returned is aware; every one returned is in UTC. Days are dates of the calendar's own zone.
Opening hours are half-open, but a span of hours may end at closing time; business days keep the wall time; nothing
counted in business time ends on a closed day (docs/policy.md#durations).
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import Field

from bot.errors import UnknownWord
from bot.policy.schema import Part
from bot.policy.time.durations import Duration, Unit
from bot.policy.time.hours import ALL_DAY, DaySpans, Spans, Week, Weekday
from bot.policy.time.openings import ONE_DAY, Opening, Openings
from bot.policy.time.public_holidays import PublicHolidays
from bot.policy.time.zones import ZoneName, zone_info

ROUND_THE_CLOCK: Final = "24x7"
_NOTHING: Final = timedelta(0)
_FURTHEST: Final = 3_660  # days in a row without an opening, after which none is expected


class Calendar(Part):
    """When a place is open: weekly hours minus public holidays and `closed` dates, plus the hours of `open` dates."""

    zone: ZoneName
    hours: Week
    holidays: PublicHolidays | None = None
    closed: tuple[date, ...] = ()
    open: dict[date, DaySpans] = Field(default_factory=dict)

    def is_open(self, at: datetime) -> bool:
        """Return True if it is open at this time; closing time is not."""
        instant = _in_utc(at)
        return any(opening.start <= instant < opening.end for opening in self._openings.of_utc_day(instant.date()))

    def next_opening(self, at: datetime) -> datetime:
        """Return the time itself if open, else the next opening."""
        instant = _in_utc(at)
        return max(instant, next(self._from(instant)).start)

    def next_change(self, at: datetime) -> datetime:
        """Return a time after this one before which it neither opens nor closes. A place that never closes has some."""
        instant = _in_utc(at)
        opening = next(self._from(instant))
        return opening.end if opening.start <= instant else opening.start

    def closing_on(self, day: date) -> datetime | None:
        """Return when this date's last opening ends; None if it is closed."""
        openings = self._openings.of_day(day)
        return openings[-1].end if openings else None

    def is_working_day(self, day: date) -> bool:
        """Return True if this date has any opening hours."""
        return bool(self._openings.of_day(day))

    def working_day_before(self, day: date) -> date:
        """Return the last working day before this date."""
        return self._working_day(day, -1)

    def local_day(self, at: datetime) -> date:
        """Return the local date at a time."""
        return _in_utc(at).astimezone(self.tz).date()

    def add(self, start: datetime, duration: Duration) -> datetime:
        """Return when a duration ends that starts now: wall time as it is, business time by these hours."""
        if duration.unit is Unit.BUSINESS_DAYS:
            return self._add_days(start, duration.amount)
        if duration.unit is Unit.BUSINESS_HOURS:
            return self.add_working(start, duration.length)
        return _in_utc(start) + duration.length

    def working_time(self, start: datetime, end: datetime) -> timedelta:
        """Return the open time between two times; zero if the end isn't after the start."""
        first, last = _in_utc(start), _in_utc(end)
        if last <= first:
            return _NOTHING
        if self._always_open:
            return last - first
        total, day = _NOTHING, first.date()
        while day <= last.date():
            for opening in self._openings.of_utc_day(day):
                total += max(_NOTHING, min(opening.end, last) - max(opening.start, first))
            day += ONE_DAY
        return total

    def add_working(self, start: datetime, amount: timedelta) -> datetime:
        """Return the first time by which so much open time has passed.

        That may be a closing time; if the day closes at midnight and the next is closed, it is the next opening.
        """
        instant = _in_utc(start)
        if self._always_open or amount <= _NOTHING:
            return instant + max(amount, _NOTHING)
        left, openings = amount, self._from(instant)
        while True:
            opening = next(openings)
            opens = max(opening.start, instant)
            if opening.end - opens >= left:
                return self._on_a_working_day(opens + left)
            left -= opening.end - opens

    @cached_property
    def tz(self) -> ZoneInfo:
        """The zone, ready to convert with."""
        return zone_info(self.zone)

    @cached_property
    def _openings(self) -> Openings:
        return Openings(self.tz, self._spans_on)

    @cached_property
    def _always_open(self) -> bool:
        whole_week = all(self.hours.get(day) == ALL_DAY for day in Weekday)
        return whole_week and self.holidays is None and not self.closed and not self.open

    @cached_property
    def _closed(self) -> frozenset[date]:
        return frozenset(self.closed)

    def _spans_on(self, day: date) -> Spans:
        if day in self.open:
            return self.open[day]
        if day in self._closed or (self.holidays is not None and day in self.holidays):
            return ()
        return self.hours.get(Weekday(day.weekday()), ())

    def _from(self, instant: datetime) -> Iterator[Opening]:
        """Yield the openings from a time on, in order, endlessly. Raises ValueError if there are none in ten years."""
        day, shut = instant.date(), 0
        while shut < _FURTHEST:
            shut += 1
            for opening in self._openings.of_utc_day(day):
                if opening.end > instant:
                    shut = 0
                    yield opening
            day += ONE_DAY
        raise ValueError(f"the calendar in {self.zone} does not open within ten years of {instant.date()}")

    def _add_days(self, start: datetime, days: int) -> datetime:
        instant = _in_utc(start)
        first = next(self._from(instant))
        began, day = max(instant, first.start).astimezone(self.tz), first.day
        nights = began.date() - day  # a time after midnight belongs to the day before
        for _ in range(days):
            day = self._day_after(day)
        same_time = self._openings.instant(day + nights, began.time())
        openings = self._openings.of_day(day)
        return next((max(same_time, o.start) for o in openings if same_time < o.end), openings[-1].end)

    def _day_after(self, day: date) -> date:
        """Return the working day after this date, cached."""
        found = self._days_after.get(day)
        if found is None:
            found = self._days_after[day] = self._working_day(day, 1)
        return found

    @cached_property
    def _days_after(self) -> dict[date, date]:
        return {}

    def _working_day(self, day: date, step: int) -> date:
        """Return the nearest working day after this date, or before it if `step` is negative."""
        for n in range(1, _FURTHEST):
            found = day + n * step * ONE_DAY
            if self.is_working_day(found):
                return found
        raise ValueError(f"the calendar in {self.zone} has no working day within ten years of {day}")

    def _on_a_working_day(self, at: datetime) -> datetime:
        """Return the end of open time, or the next opening if it is midnight and the date that begins is closed."""
        day = self.local_day(at)
        if day == self.local_day(at - timedelta.resolution) or self.is_working_day(day):
            return at
        return self.next_opening(at)


def _in_utc(at: datetime) -> datetime:
    if at.tzinfo is UTC:
        return at
    if at.tzinfo is None:
        raise ValueError(f"{at} has no zone")
    return at.astimezone(UTC)


ALWAYS: Final = Calendar(zone="UTC", hours=dict.fromkeys(Weekday, ALL_DAY))


def named(calendars: Mapping[str, Calendar], key: str) -> Calendar:
    """Return a policy's calendar by its key; `24x7` is built in. Raises UnknownWord."""
    if key == ROUND_THE_CLOCK:
        return ALWAYS
    try:
        return calendars[key]
    except KeyError:
        raise UnknownWord("calendar") from None
