"""Durations: wall time, business hours, or business days.

    15m  4h  1d  2w  1h30m    wall time
    4bh  30bm  1bh30bm        opening time of a calendar
    1bd  5bd                  business days: the same wall time, so many working days later

Only a calendar can tell when one of these ends: see `Calendar.add`.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from bot.policy.schema import Mistake

LONGEST: Final = timedelta(days=1000)  # no promise in an escalation is longer
_DAY: Final = 86_400
_SECONDS: Final = {"w": 7 * _DAY, "d": _DAY, "h": 3_600, "m": 60, "s": 1}
_WORDS: Final = {"d": "day", "h": "hour", "m": "minute", "s": "second"}
_WALL: Final = re.compile(r"(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_HOURS: Final = re.compile(r"(?:(\d+)bh)?(?:(\d+)bm)?(?:(\d+)bs)?")
_DAYS: Final = re.compile(r"(\d+)bd")
_RIGHT: Final = "write 15m, 4h or 1d (wall time), 4bh (business hours) or 1bd (business days)"


class Unit(StrEnum):
    """The unit a duration is counted in."""

    WALL = "wall"
    BUSINESS_HOURS = "business hours"
    BUSINESS_DAYS = "business days"


@dataclass(frozen=True, slots=True)
class Duration:
    """An exact length: `amount` is whole seconds, or whole days if the unit is business days."""

    unit: Unit
    amount: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse `15m`, `4bh` or `1bd`. Raises `Mistake`, which says what would be right."""
        written = text.strip()
        if (days := _DAYS.fullmatch(written)) is not None:
            return cls._checked(written, Unit.BUSINESS_DAYS, int(days[1]))
        for unit, form, suffixes in ((Unit.WALL, _WALL, "wdhms"), (Unit.BUSINESS_HOURS, _HOURS, "hms")):
            found = form.fullmatch(written)
            if written and found is not None:
                parts = zip(suffixes, found.groups(), strict=True)
                return cls._checked(written, unit, sum(_SECONDS[suffix] * int(n) for suffix, n in parts if n))
        raise Mistake(f"{text!r} is not a duration", _RIGHT)

    @classmethod
    def _checked(cls, written: str, unit: Unit, amount: int) -> Self:
        if amount == 0:
            raise Mistake(f"{written!r} is no time at all", _RIGHT)
        if amount > (LONGEST.days if unit is Unit.BUSINESS_DAYS else LONGEST // timedelta(seconds=1)):
            raise Mistake(f"{written!r} is too long", f"the longest duration is {LONGEST.days} days")
        return cls(unit, amount)

    @property
    def length(self) -> timedelta:
        """The amount as time. Raises ValueError for business days, which only a calendar can convert."""
        if self.unit is Unit.BUSINESS_DAYS:
            raise ValueError(f"{self} has no length without a calendar")
        return timedelta(seconds=self.amount)

    def as_wall(self) -> Self:
        """Return its length if no hour were closed: 4bh is 4h, 2bd is two days of 24 hours."""
        days = self.unit is Unit.BUSINESS_DAYS
        return type(self)(Unit.WALL, self.amount * _DAY if days else self.amount)

    def scaled(self, factor: Fraction) -> Self:
        """Multiply, rounding down to whole seconds (at least one). Raises ValueError for business days."""
        return type(self)(self.unit, max(1, int(Fraction(self.length // timedelta(seconds=1)) * factor)))

    def in_words(self) -> str:
        """Return it in words: "15 minutes", "4 business hours", "1 business day"."""
        return _in_words(self.unit, self.amount)

    def __str__(self) -> str:
        if self.unit is Unit.BUSINESS_DAYS:
            return f"{self.amount}bd"
        mark = "" if self.unit is Unit.WALL else "b"
        return "".join(f"{n}{mark}{suffix}" for suffix, n in _parts(self.unit, self.amount))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Make pydantic parse the text form, and write it again."""
        return core_schema.no_info_plain_validator_function(
            cls._from_data, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def _from_data(cls, value: Any) -> Self:
        if isinstance(value, cls):
            return value
        if isinstance(value, str):
            return cls.parse(value)
        raise Mistake(f"{value!r} is not a duration", _RIGHT)


# Every decision needs the same few durations.
@lru_cache(maxsize=1024)
def _in_words(unit: Unit, amount: int) -> str:
    if unit is Unit.BUSINESS_DAYS:
        return _counted(amount, "business day")
    (suffix, n), *rest = _parts(unit, amount)
    first = _WORDS[suffix] if unit is Unit.WALL else f"business {_WORDS[suffix]}"
    return " ".join([_counted(n, first), *(_counted(n, _WORDS[suffix]) for suffix, n in rest)])


def _parts(unit: Unit, amount: int) -> list[tuple[str, int]]:
    """Split into the largest common units; only whole days are days, and only of wall time."""
    if unit is Unit.WALL and amount % _DAY == 0:
        return [("d", amount // _DAY)]
    minutes, seconds = divmod(amount, 60)
    hours, minutes = divmod(minutes, 60)
    return [(suffix, n) for suffix, n in (("h", hours), ("m", minutes), ("s", seconds)) if n]


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


ONE_BUSINESS_DAY: Final = Duration(Unit.BUSINESS_DAYS, 1)
ONE_HOUR: Final = Duration(Unit.WALL, 3600)
