"""The words after `report`: of which days, and of what, such as `30d of region emea` or `quarter of acme`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from bot.policy.decide.list_words import ListVocabulary

WEEK, MONTH, QUARTER = 7, 30, 90
_PERIODS: Final = {
    "week": WEEK,
    "weekly": WEEK,
    "month": MONTH,
    "monthly": MONTH,
    "quarter": QUARTER,
    "quarterly": QUARTER,
    "year": 365,
    "yearly": 365,
}
_DAYS: Final = re.compile(r"([1-9]\d{0,3})\s?(d|days?|w|weeks?)", re.IGNORECASE)
_MOST_DAYS: Final = 366
_FILLING: Final = frozenset({"of", "for", "last", "past", "and", "account"})
_OPENING: Final = frozenset({"of", "for", "region", "team"})
_LONGEST_NAME: Final = 8


@dataclass(frozen=True, slots=True)
class ReportWords:
    """Scope of a report: a number of past days, and its filters. `account` holds the words that matched no filter.

    `level` is a code, `region` and `team` are keys.
    """

    days: int = MONTH
    level: str | None = None
    region: str | None = None
    team: str | None = None
    account: str = ""

    @property
    def is_limited(self) -> bool:
        """Return True if it isn't about everything."""
        return any((self.level, self.region, self.team, self.account))

    def typed(self, days: int) -> str:
        """Return the words for the same over so many days."""
        limits = (
            self.level,
            self.region and f"region {self.region}",
            self.team and f"team {self.team}",
            self.account,
        )
        return " ".join([f"{days}d", *(f"of {limit}" for limit in limits if limit)])


@dataclass(frozen=True, slots=True)
class ReportVocabulary:
    """The names that words may mean, in lower case: those of lists, and of teams (to their keys)."""

    listed: ListVocabulary = field(default_factory=ListVocabulary)
    teams: Mapping[str, str] = field(default_factory=dict)


def parse(text: str, known: ReportVocabulary) -> ReportWords:
    """Parse the words after `report`."""
    found, rest, tokens = ReportWords(), list[str](), text.split()
    while tokens:
        taken = _taken(tokens, found, known)
        if taken is not None:
            found, count = taken
            del tokens[:count]
        elif rest or tokens[0].casefold() not in _FILLING:
            rest.append(tokens.pop(0))
        else:
            tokens.pop(0)
    return replace(found, account=" ".join(rest))


def is_about_numbers(text: str) -> bool:
    """Return True if words after `report` ask for one, whatever is known: a period, or `of` something."""
    first = next(iter(text.casefold().split()), None)
    return first is None or first in {*_PERIODS, *_OPENING} or _days(text)[0] is not None


def day_begins(day: date, zone: ZoneInfo) -> datetime:
    """Return when a day begins in a zone."""
    return datetime.combine(day, time(), zone)


def _taken(tokens: Sequence[str], found: ReportWords, known: ReportVocabulary) -> tuple[ReportWords, int] | None:
    """Return what the first words say, and how many they are; None if they say nothing."""
    first = tokens[0].casefold()
    if first in _PERIODS:
        return replace(found, days=_PERIODS[first]), 1
    days, count = _days(" ".join(tokens[:2]))
    if days is not None:
        return replace(found, days=days), count
    for name, names in (("region", known.listed.regions), ("team", known.teams)):
        if first == name and (key := _longest(tokens[1:], names)) is not None:
            return _limited(found, name, key[0]), 1 + key[1]
    for level, count in _levels(tokens, known.listed):
        return replace(found, level=level), count
    for name, names in (("region", known.listed.regions), ("team", known.teams)):
        if (key := _longest(tokens, names)) is not None:
            return _limited(found, name, key[0]), key[1]
    return None


def _days(words: str) -> tuple[int | None, int]:
    """Return how many days the first words name, and how many words those are."""
    for count in (2, 1):
        tokens = words.split()[:count]
        named = _DAYS.fullmatch(" ".join(tokens)) if len(tokens) == count else None
        if named is not None:
            each = WEEK if named[2].casefold().startswith("w") else 1
            return min(int(named[1]) * each, _MOST_DAYS), count
    return None, 0


def _levels(tokens: Sequence[str], known: ListVocabulary) -> Sequence[tuple[str, int]]:
    for count in range(min(len(tokens), _LONGEST_NAME), 0, -1):
        codes = known.levels.get(" ".join(tokens[:count]).casefold())
        if codes is not None and len(codes) == 1:
            return [(next(iter(codes)), count)]
    return []


def _longest(tokens: Sequence[str], names: Mapping[str, str]) -> tuple[str, int] | None:
    for count in range(min(len(tokens), _LONGEST_NAME), 0, -1):
        key = names.get(" ".join(tokens[:count]).casefold())
        if key is not None:
            return key, count
    return None


def _limited(found: ReportWords, by: str, key: str) -> ReportWords:
    return replace(found, region=key) if by == "region" else replace(found, team=key)
