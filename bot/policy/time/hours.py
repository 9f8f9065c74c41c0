"""Opening hours as people write them: `MON-FRI: 09:00-18:00`, several spans a day, single days.

A span is half-open: its end is the first closed minute; `24:00` is midnight at the day's end. A shift over midnight is
written `22:00-06:00`, or split at midnight into spans of two days: both belong as a whole to the day on which the shift
begins, so that a night is one working day.
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
_LONGEST_SHIFT: Final = timedelta(hours=20)


class Weekday(IntEnum):
    """A day of the week, numbered as by `date.weekday()`."""

    MON = 0
    TUE = 1
    WED = 2
    THU = 3
    FRI = 4
    SAT = 5
    SUN = 6

    @classmethod
    def named(cls, text: Any) -> "Weekday":
        """Parse `FRI`, in any case. Raises `Mistake`."""
        if isinstance(text, cls):
            return text
        try:
            return cls[str(text).strip().upper()]
        except KeyError:
            raise Mistake(f"{text!r} is not a day of the week", f"write one of {', '.join(cls.__members__)}") from None


Day = Annotated[Weekday, PlainValidator(Weekday.named), PlainSerializer(lambda day: day.name, return_type=str)]


class OpenSpan(NamedTuple):
    """The opening hours of a day, as wall clock times; beyond 24 hours on the next day."""

    start: timedelta
    end: timedelta

    @classmethod
    def parse(cls, text: Any) -> "OpenSpan":
        """Parse `09:00-18:00`, or `22:00-06:00` over midnight. Raises `Mistake`."""
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
        if span.end == span.start:
            raise Mistake(f"{text!r} ends when it starts", "write 00:00-24:00 for a whole day")
        return span if span.end > span.start else cls(span.start, span.end + _MIDNIGHT)

    @property
    def is_over_midnight(self) -> bool:
        """Return True if it ends on the day after."""
        return self.end > _MIDNIGHT

    def __str__(self) -> str:
        end = self.end - _MIDNIGHT if self.is_over_midnight else self.end
        return f"{_clock(self.start)}-{_clock(end)}"


Spans = tuple[OpenSpan, ...]
ALL_DAY: Final[Spans] = (OpenSpan(timedelta(0), _MIDNIGHT),)


def spans_of_a_day(value: Any) -> Spans:
    """Parse one span or a list of them, in order. Raises `Mistake` if two overlap."""
    listed = value if isinstance(value, list | tuple) and not isinstance(value, OpenSpan) else [value]
    spans = sorted(OpenSpan.parse(item) for item in listed)
    for earlier, later in pairwise(spans):
        if later.start < earlier.end:
            raise Mistake(f"{earlier} and {later} overlap", "the spans of a day must follow each other")
    return tuple(spans)


def week(value: Any) -> dict[Weekday, Spans]:
    """Parse `{MON-FRI: 09:00-18:00, SAT: [10:00-12:00, 13:00-15:00]}`. Raises `Mistake` for a duplicate day."""
    if not isinstance(value, Mapping):
        raise Mistake(f"{value!r} are not opening hours", "write {MON-FRI: 09:00-18:00}")
    opening: dict[Weekday, Spans] = {}
    for days, spans in value.items():
        for day in _days(days):
            if day in opening:
                raise Mistake(f"{day.name} occurs twice", "write all spans of a day in one list")
            opening[day] = spans_of_a_day(spans)
    if not any(opening.values()):
        raise Mistake("there is no opening hour in the week", "open at least one day: {MON-FRI: 09:00-18:00}")
    return _with_whole_nights(dict(sorted(opening.items())))


def _with_whole_nights(opening: dict[Weekday, Spans]) -> dict[Weekday, Spans]:
    """Join shifts split at midnight to the day on which they begin. Raises `Mistake` if two overlap.

    If both together are longer than any shift, the place is open round the clock, and each date is a day.
    """
    joined = dict(opening)
    for day, spans in opening.items():
        next_day = Weekday((day + 1) % 7)
        evening, morning = spans[-1:], opening.get(next_day, ())[:1]
        if not (evening and morning):
            continue
        if evening[0].end - _MIDNIGHT > morning[0].start:
            raise Mistake(
                f"{evening[0]} of {day.name} runs into {morning[0]} of {next_day.name}", "let one end earlier"
            )
        is_divided = evening[0].end == _MIDNIGHT and morning[0].start == timedelta(0)
        night = OpenSpan(evening[0].start, _MIDNIGHT + morning[0].end)
        if is_divided and night.end - night.start <= _LONGEST_SHIFT:
            joined[day] = (*joined[day][:-1], night)
            joined[next_day] = joined[next_day][1:]
    return {day: spans for day, spans in joined.items() if spans}


def laid_over(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Merge opening hours over others, day by day: `FRI: 09:00-16:00` leaves `MON-FRI` its other days.

    A day whose hours are null is closed. What can't be parsed as days is left for `week` to judge.
    """
    try:
        anew = {day for days in over for day in _days(days)}
        kept = {day.name: spans for days, spans in base.items() for day in _days(days) if day not in anew}
    except Mistake:
        return {**base, **over}
    return {**kept, **{days: spans for days, spans in over.items() if spans is not None}}


def _days(written: Any) -> list[Weekday]:
    """Parse `FRI`, or `MON-FRI`; `FRI-MON` runs over the week's end."""
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
