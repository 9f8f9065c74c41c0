"""Absences as people say them: `until monday`, and what a status in Slack says."""

import re
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum, auto
from typing import Final
from zoneinfo import ZoneInfo

from bot.policy.time import years
from bot.policy.time.hours import Weekday

# The time of day at which somebody is back, if they name a day only.
_MORNING: Final = time(9)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_BEFORE: Final = re.compile(r"^(?:away\s+)?(?:until|till|til|to|through|back(?:\s+on)?|for)\s+", re.IGNORECASE)
_LENGTH: Final = re.compile(r"(?:in\s+)?(\d{1,3}|an?|one|two|three)\s*(hours?|h|days?|d|weeks?|w)", re.IGNORECASE)
_DAY_MONTH: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.?\s+([a-z]{3,9})\.?(?:\s+(\d{4}))?", re.IGNORECASE)
_MONTH_DAY: Final = re.compile(r"([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?", re.IGNORECASE)
_CLOCK: Final = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*(am|pm)?", re.IGNORECASE)
_NUMBERS: Final = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}
_NEAR: Final = {"yesterday": -1, "today": 0, "tomorrow": 1}
_UNITS: Final = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_OUT_OF_OFFICE: Final = re.compile(
    r"\b(?:out of (?:the )?office|ooo|on (?:vacation|holiday|leave|pto)|vacation(?:ing)?|annual leave|parental leave|"
    r"(?:out|off) sick|sick leave|pto|day off|on holidays)\b",
    re.IGNORECASE,
)
_EMOJI: Final = frozenset({":palm_tree:", ":face_with_thermometer:", ":beach_with_umbrella:", ":desert_island:"})


class NoTime(Enum):
    """Why words say no time at which somebody is back."""

    UNKNOWN = auto()
    PAST = auto()


def back_at(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return when somebody is back who says so, in UTC; None for words that name no time, or one that is past."""
    said = read_back(text, now, zone)
    return said if isinstance(said, datetime) else None


def read_back(text: str, now: datetime, zone: ZoneInfo) -> datetime | NoTime:
    """Return when somebody is back, in UTC: `until monday`, `tomorrow`, `12 March`, `3pm`, `for 2 days`.

    A day means nine in the morning of it, in their zone; today means that they're back tomorrow.
    """
    words = _BEFORE.sub("", " ".join(text.split())).strip(" .")
    local = now.astimezone(zone)
    if words.lower() == "today":
        words = "tomorrow"
    found = _length(words, local) or _on_a_day(words, local) or _at_a_time(words, local)
    if found is None:
        return NoTime.UNKNOWN
    at = found.replace(tzinfo=zone).astimezone(UTC) if found.tzinfo is None else found.astimezone(UTC)
    if at <= now:
        return NoTime.PAST
    return at if years.is_plausible(at) else NoTime.UNKNOWN


def is_out_of_office(status: str, emoji: str = "") -> bool:
    """Return True if a status in Slack says that somebody isn't working."""
    return _OUT_OF_OFFICE.search(status) is not None or emoji in _EMOJI


def _length(words: str, local: datetime) -> datetime | None:
    found = _LENGTH.fullmatch(words)
    if found is None:
        return None
    number = _NUMBERS.get(found[1].lower()) or int(found[1])
    return local.astimezone(UTC) + number * _UNITS[found[2][0].lower()]


def _on_a_day(words: str, local: datetime) -> datetime | None:
    day, _, clock = words.partition(" at ")
    before, _, last = words.rpartition(" ")
    if not clock and before and _names_a_clock(last):
        day, clock = before, last
    at = _clock(clock) if clock else _MORNING
    found = _day(day.strip().lower(), local.date())
    return datetime.combine(found, at) if found is not None and at is not None else None


def _at_a_time(words: str, local: datetime) -> datetime | None:
    at = _clock(words.removeprefix("at ").strip())
    if at is None or not _names_a_clock(words):
        return None
    today = datetime.combine(local.date(), at)
    return today if today > local.replace(tzinfo=None) else today + timedelta(days=1)


def _names_a_clock(words: str) -> bool:
    """Return True if words are a time of day and not a bare number, which may be a day or a year."""
    return ":" in words or words[-2:].lower() in {"am", "pm"}


def _clock(words: str) -> time | None:
    found = _CLOCK.fullmatch(words)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        return None


def _day(words: str, today: date) -> date | None:
    if words in _NEAR:
        return today + timedelta(days=_NEAR[words])
    if words.startswith("last "):
        name = words.removeprefix("last ")
        past = next((day for day in Weekday if len(name) >= _SHORTEST and _WEEKDAYS[day].startswith(name)), None)
        return today - timedelta(days=7 if past is None else (today.weekday() - past - 1) % 7 + 1)
    if words == "next week":
        return today + timedelta(days=7 - today.weekday())
    name = words.removeprefix("next ").removeprefix("on ")
    weekday = next((day for day in Weekday if len(name) >= _SHORTEST and _WEEKDAYS[day].startswith(name)), None)
    if weekday is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    try:
        return date.fromisoformat(words)
    except ValueError:
        return _named_day(words, today)


def _named_day(words: str, today: date) -> date | None:
    day_first, month_first = _DAY_MONTH.fullmatch(words), _MONTH_DAY.fullmatch(words)
    if day_first:
        day, month, year = day_first[1], day_first[2], day_first[3]
    elif month_first:
        month, day, year = month_first[1], month_first[2], month_first[3]
    else:
        return None
    if month[:3] not in _MONTHS:
        return None
    number = _MONTHS.index(month[:3]) + 1
    for candidate in (int(year),) if year else (today.year, today.year + 1):
        try:
            found = date(candidate, number, int(day))
        except ValueError:
            continue
        if found > today or year:
            return found
    return None


# Mon, tues, wednesday.
_SHORTEST: Final = 3
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
