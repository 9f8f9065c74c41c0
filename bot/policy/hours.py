"""Opening hours as people write them: `MON-FRI: 09:00-18:00`, several spans a day, days apart.

A span is half-open and lies within one day: the end is the first minute that is closed, `24:00` is midnight at the
day's end. Work past midnight is two spans, one on each day.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from enum import IntEnum
from itertools import pairwise
from typing import Annotated, Any, Final, NamedTuple

from pydantic import PlainSerializer, PlainValidator

from bot.policy.schema import Mistake

_SPAN: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_MIDNIGHT: Final = timedelta(days=1)


class Weekday(IntEnum):
    """A day of the week, numbered as `date.weekday()` numbers it."""

    MON = 0
    TUE = 1
    WED = 2
    THU = 3
    FRI = 4
    SAT = 5
    SUN = 6

    @classmethod
    def named(cls, text: Any) -> "Weekday":
        """Read `FRI`, in any case; raises `Mistake`."""
        if isinstance(text, cls):
            return text
        try:
            return cls[str(text).strip().upper()]
        except KeyError:
            raise Mistake(f"{text!r} is not a day of the week", f"write one of {', '.join(cls.__members__)}") from None


Day = Annotated[Weekday, PlainValidator(Weekday.named), PlainSerializer(lambda day: day.name, return_type=str)]


class OpenSpan(NamedTuple):
    """From when to when a day is open, as what the clock on the wall shows."""

    start: timedelta
    end: timedelta

    @classmethod
    def parse(cls, text: Any) -> "OpenSpan":
        """Read `09:00-18:00`; raises `Mistake`."""
        if isinstance(text, cls):
            return text
        right = "write 09:00-18:00; 24:00 is midnight at the day's end"
        found = _SPAN.fullmatch(str(text).replace(" ", ""))
        if found is None:
            raise Mistake(f"{text!r} is not a span of opening hours", right)
        hours, minutes, end_hours, end_minutes = map(int, found.groups())
        span = cls(timedelta(hours=hours, minutes=minutes), timedelta(hours=end_hours, minutes=end_minutes))
        if span.end > _MIDNIGHT:
            raise Mistake(f"{text!r} ends after midnight", right)
        if span.end <= span.start:
            raise Mistake(f"{text!r} ends before it starts", "divide a span at midnight: 22:00-24:00, 00:00-06:00")
        return span

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)}"


Spans = tuple[OpenSpan, ...]
ALL_DAY: Final[Spans] = (OpenSpan(timedelta(0), _MIDNIGHT),)


def spans_of_a_day(value: Any) -> Spans:
    """Read one span or a list of them, in order; raises `Mistake` where two overlap."""
    listed = value if isinstance(value, list | tuple) and not isinstance(value, OpenSpan) else [value]
    spans = sorted(OpenSpan.parse(item) for item in listed)
    for earlier, later in pairwise(spans):
        if later.start < earlier.end:
            raise Mistake(f"{earlier} and {later} overlap", "the spans of a day must follow each other")
    return tuple(spans)


def week(value: Any) -> dict[Weekday, Spans]:
    """Read `{MON-FRI: 09:00-18:00, SAT: [10:00-12:00, 13:00-15:00]}`; raises `Mistake` where a day stands twice."""
    if not isinstance(value, Mapping):
        raise Mistake(f"{value!r} are not opening hours", "write {MON-FRI: 09:00-18:00}")
    opening: dict[Weekday, Spans] = {}
    for days, spans in value.items():
        for day in _days(days):
            if day in opening:
                raise Mistake(f"{day.name} stands twice", "write all spans of a day in one list")
            opening[day] = spans_of_a_day(spans)
    if not any(opening.values()):
        raise Mistake("there is no opening hour in the week", "open at least one day: {MON-FRI: 09:00-18:00}")
    return dict(sorted(opening.items()))


def laid_over(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Lay written opening hours over others, day by day: `FRI: 09:00-16:00` leaves `MON-FRI` its other days.

    A day whose hours are null is shut. What cannot be read as days is left for `week` to judge.
    """
    try:
        anew = {day for days in over for day in _days(days)}
        kept = {day.name: spans for days, spans in base.items() for day in _days(days) if day not in anew}
    except Mistake:
        return {**base, **over}
    return {**kept, **{days: spans for days, spans in over.items() if spans is not None}}


def _days(written: Any) -> list[Weekday]:
    """Read `FRI`, or `MON-FRI`; `FRI-MON` runs over the week's end."""
    if isinstance(written, Weekday):
        return [written]
    first, _, last = str(written).partition("-")
    start, end = Weekday.named(first), Weekday.named(last or first)
    return [Weekday((start + n) % 7) for n in range((end - start) % 7 + 1)]


def _clock(time: timedelta) -> str:
    hours, minutes = divmod(time // timedelta(minutes=1), 60)
    return f"{hours:02}:{minutes:02}"


DaySpans = Annotated[
    Spans,
    PlainValidator(spans_of_a_day),
    PlainSerializer(lambda spans: [str(span) for span in spans], return_type=list[str]),
]
Week = Annotated[
    dict[Weekday, Spans],
    PlainValidator(week),
    PlainSerializer(
        lambda opening: {day.name: [str(span) for span in spans] for day, spans in opening.items()},
        return_type=dict[str, list[str]],
    ),
]
