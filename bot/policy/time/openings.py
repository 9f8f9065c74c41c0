"""Open times when the zone's clocks change.

A place is open at a time if the wall clock then shows a time within the opening hours of the date it shows. So an hour
that a change of the clocks skips is not working time, one that it repeats is open twice, and a date that a zone leaves
out (Apia's 2011-12-30) doesn't exist. Everything else is arithmetic on UTC.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from bot.policy.time.hours import Spans

ONE_DAY: Final = timedelta(days=1)
_ONE_SECOND: Final = timedelta(seconds=1)
_SAMPLES: Final = (timedelta(hours=0), timedelta(hours=12), timedelta(hours=24) - _ONE_SECOND)


class Opening(NamedTuple):
    """A span of open time in UTC, half-open, within one UTC day. `day` is the local date it belongs to.

    The part of a night after midnight belongs to the date on which the night began.
    """

    start: datetime
    end: datetime
    day: date


class Openings:
    """The open times of one place, by UTC day, cached."""

    def __init__(self, zone: ZoneInfo, spans_on: Callable[[date], Spans]) -> None:
        self._zone = zone
        self._spans_on = spans_on
        self._by_utc_day: dict[date, tuple[Opening, ...]] = {}
        self._by_local_day: dict[date, tuple[Opening, ...]] = {}
        self._offsets: dict[date, timedelta | None] = {}

    def of_utc_day(self, day: date) -> tuple[Opening, ...]:
        """Return the openings between this day's midnights in UTC, in order."""
        known = self._by_utc_day.get(day)
        if known is None:
            known = self._by_utc_day[day] = _in_order(self._worked_out(day))
        return known

    def of_day(self, day: date) -> tuple[Opening, ...]:
        """Return the openings of a local date, in order; empty if it is closed or doesn't exist."""
        known = self._by_local_day.get(day)
        if known is None:
            near = (*_around(day), day + 2 * ONE_DAY)  # a night may end late on the next date
            known = tuple(opening for utc in near for opening in self.of_utc_day(utc) if opening.day == day)
            self._by_local_day[day] = known
        return known

    def instant(self, day: date, wall: time) -> datetime:
        """Return when the wall clock first shows this time; if it is skipped, a later one."""
        if day not in self._offsets:
            self._offsets[day] = self._steady_offset(day)
        offset = self._offsets[day]
        if offset is not None:
            return datetime.combine(day, wall, UTC) - offset
        local = datetime.combine(day, wall, self._zone)
        first = local.astimezone(UTC)
        if first.astimezone(self._zone).replace(tzinfo=None) == local.replace(tzinfo=None):
            return first
        return _change_between(self._zone, local.replace(fold=1).astimezone(UTC), first)

    def _steady_offset(self, day: date) -> timedelta | None:
        """Return the offset around a date; None if it changes about then."""
        offsets = {offset for near in _around(day) for _, _, offset in self._steady(near)}
        return offsets.pop() if len(offsets) == 1 else None

    def _worked_out(self, utc_day: date) -> Iterator[Opening]:
        for start, end, offset in self._steady(utc_day):
            day, last = (start + offset).date() - ONE_DAY, (end - _ONE_SECOND + offset).date()
            while day <= last:
                midnight = datetime.combine(day, time(), UTC) - offset
                for span in self._spans_on(day):
                    opens, closes = max(start, midnight + span.start), min(end, midnight + span.end)
                    if opens < closes:
                        yield Opening(opens, closes, day)
                day += ONE_DAY

    def _steady(self, utc_day: date) -> Iterator[tuple[datetime, datetime, timedelta]]:
        """Yield the parts of a UTC day between changes of the zone's offset."""
        start = datetime.combine(utc_day, time(), UTC)
        end = start + ONE_DAY
        points = [start + sample for sample in _SAMPLES]
        for earlier, later in pairwise(points):
            offset = _offset(self._zone, earlier)
            if offset != _offset(self._zone, later):
                change = _change_between(self._zone, earlier, later)
                yield start, change, offset
                start = change
        yield start, end, _offset(self._zone, points[-1])


def _in_order(openings: Iterable[Opening]) -> tuple[Opening, ...]:
    """Return openings by time, without duplicates: special hours of one date may overlap those of the next."""
    ordered: list[Opening] = []
    for opening in sorted(openings):
        start = max(opening.start, ordered[-1].end) if ordered else opening.start
        if start < opening.end:
            ordered.append(opening._replace(start=start))
    return tuple(ordered)


def _around(day: date) -> tuple[date, date, date]:
    """Return the UTC days that a local date can touch."""
    return day - ONE_DAY, day, day + ONE_DAY


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    offset = at.astimezone(zone).utcoffset()
    if offset is None:
        raise TypeError(f"{zone} has no offset")
    return offset


def _change_between(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Return the time, to the second, at which the offset becomes that of `after`."""
    before, after = before.replace(microsecond=0), after.replace(microsecond=0)
    old = _offset(zone, before)
    while after - before > _ONE_SECOND:
        middle = before + (after - before) // (2 * _ONE_SECOND) * _ONE_SECOND
        if _offset(zone, middle) == old:
            before = middle
        else:
            after = middle
    return after
