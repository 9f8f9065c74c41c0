"""The words after `list`: which escalations somebody wants to see, such as `mine overdue` or `closed since monday`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from bot.policy.model.directory import Directory
from bot.policy.model.rules import Policy

V = TypeVar("V")

_STATES: Final = {
    "mine": "mine",
    "my": "mine",
    "overdue": "overdue",
    "late": "overdue",
    "unacknowledged": "unacknowledged",
    "unacked": "unacknowledged",
    "waiting": "waiting",
    "closed": "closed",
    "open": "open",
}
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_AGO: Final = re.compile(r"([1-9]\d{0,3})\s?(d|w|days?|weeks?)")
_PART: Final = re.compile(r"[1-9]\d{0,3}")
_WEEK: Final = 7
# The words of a name.
_LONGEST_NAME: Final = 8


@dataclass(frozen=True, slots=True)
class ListVocabulary:
    """The names that words may mean, in lower case: of levels (to their codes), regions and areas (to their keys)."""

    levels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    regions: Mapping[str, str] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListFilter:
    """The limits of a list: each that is set must hold. Several levels, regions or areas are alternatives.

    `since` is the earliest declaration. `account` is what no other word explains: the name of an account. `part` is
    the part to show, from 1; `words` is what was typed, without it.
    """

    states: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    since: datetime | None = None
    account: str = ""
    part: int = 1
    words: str = ""

    @property
    def is_of_closed(self) -> bool:
        """Return True if it shows closed escalations instead of open ones."""
        return "closed" in self.states


def parse(text: str, known: ListVocabulary, now: datetime, zone: ZoneInfo) -> ListFilter:
    """Parse the words after `list`. Days are those of `zone`; the newest Monday is today's or an earlier one."""
    tokens = text.split()
    part = int(tokens.pop()) if tokens and _PART.fullmatch(tokens[-1]) and not _continues(tokens, known) else 1
    found, rest = ListFilter(part=part, words=" ".join(tokens)), list[str]()
    while tokens:
        taken = _take(tokens, found, known, now.astimezone(zone))
        if taken is None:
            rest.append(tokens.pop(0))
        else:
            found, count = taken
            del tokens[:count]
    return replace(found, account=" ".join(rest))


def account_in(text: str, known: ListVocabulary) -> str:
    """Return the part of the words that only an account's name explains; empty if there is none."""
    return parse(text, known, datetime(2000, 1, 1, tzinfo=ZoneInfo("UTC")), ZoneInfo("UTC")).account


def _continues(tokens: list[str], known: ListVocabulary) -> bool:
    """Return True if the number at the end belongs to the word before it: `sev 1`, `since 3 d`."""
    return len(tokens) > 1 and " ".join(tokens[-2:]).casefold() in known.levels


def _take(
    tokens: list[str], found: ListFilter, known: ListVocabulary, local: datetime
) -> tuple[ListFilter, int] | None:
    """Return the filter with the meaning of the first words, and how many those are; None if they mean nothing."""
    first = tokens[0].casefold()
    if first in _STATES:
        return replace(found, states=found.states | {_STATES[first]}), 1
    for name, names in (("region", known.regions), ("area", known.areas)):
        if first == name and (key := _longest(tokens[1:], names)) is not None:
            mine = {f"{name}s": getattr(found, f"{name}s") | {key[0]}}
            return replace(found, **mine), 1 + key[1]
    if first == "since" and (since := _since(tokens[1:], local)) is not None:
        return replace(found, since=since[0]), 1 + since[1]
    if (level := _longest(tokens, known.levels)) is not None:
        return replace(found, levels=found.levels | level[0]), level[1]
    if (region := _longest(tokens, known.regions)) is not None:
        return replace(found, regions=found.regions | {region[0]}), region[1]
    return None


def _longest(tokens: list[str], names: Mapping[str, V]) -> tuple[V, int] | None:
    """Return what the longest beginning of the words names, and how many words it has."""
    for count in range(min(len(tokens), _LONGEST_NAME), 0, -1):
        value = names.get(" ".join(tokens[:count]).casefold())
        if value is not None:
            return value, count
    return None


def _since(tokens: list[str], local: datetime) -> tuple[datetime, int] | None:
    """Return the beginning of the day that the words name, and how many words that are."""
    for count in (2, 1):
        day = _day(" ".join(tokens[:count]).casefold(), local.date()) if len(tokens) >= count else None
        if day is not None:
            return datetime.combine(day, time(), local.tzinfo), count
    return None


def _day(words: str, today: date) -> date | None:
    if words in {"today", "yesterday"}:
        return today - timedelta(days=words == "yesterday")
    if words in _DAYS:
        return today - timedelta(days=(today.weekday() - _DAYS.index(words)) % _WEEK)
    which, _, period = words.partition(" ")
    if which in {"this", "last"} and period in {"week", "month", "year"}:
        return _first_day(period, today, is_last=which == "last")
    ago = _AGO.fullmatch(words)
    if ago is not None:
        return today - timedelta(days=int(ago[1]) * (_WEEK if ago[2].startswith("w") else 1))
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


def _first_day(period: str, today: date, *, is_last: bool) -> date:
    """Return the first day of this week, month or year, or of the one before."""
    match period:
        case "week":
            return today - timedelta(days=today.weekday() + _WEEK * is_last)
        case "month":
            this = today.replace(day=1)
            return (this - timedelta(days=1)).replace(day=1) if is_last else this
        case _:
            return date(today.year - is_last, 1, 1)


def vocabulary(
    levels: Iterable[tuple[str, str]], regions: Iterable[tuple[str, str]], areas: Iterable[tuple[str, str]]
) -> ListVocabulary:
    """Return the names of levels, regions and areas, each given as its key and its name for people."""
    of_level: dict[str, frozenset[str]] = {}
    for code, label in levels:
        for name in {code.casefold(), label.casefold(), label.casefold().replace(" ", "")}:
            of_level[name] = of_level.get(name, frozenset()) | {code}
    return ListVocabulary(of_level, _named(regions), _named(areas))


def known_to(policy: Policy, directory: Directory) -> ListVocabulary:
    """Return the names of a policy's levels, of its and the directory's regions, and of the directory's areas."""
    return vocabulary(
        ((level.code, level.label) for level in policy.levels),
        (
            *((region.key, region.key) for region in policy.regions),
            *((region.key, region.name or region.key) for region in directory.regions),
        ),
        ((area.key, area.name) for area in directory.areas),
    )


def _named(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    return {name.casefold(): key for key, title in pairs for name in (key, title)}
