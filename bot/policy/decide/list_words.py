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
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DATE: Final = r"(?P<day>[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR: Final = r"(?: (?P<year>2\d{3}))?"
_DATES: Final = (re.compile(f"{_DATE} {_MONTH}{_YEAR}"), re.compile(f"{_MONTH} {_DATE}{_YEAR}"))
_A_MONTH: Final = re.compile(_MONTH)
_IN_A_YEAR: Final = re.compile(r"2\d{3}")
# The 29th of February comes back after eight years at the latest.
_YEARS_BACK: Final = 8
_AGO: Final = re.compile(r"([1-9]\d{0,3})\s?(d|w|days?|weeks?)")
_PART: Final = re.compile(r"[1-9]\d{0,3}")
_WEEK: Final = 7
# The words of a name.
_LONGEST_NAME: Final = 8
_LONGEST_DATE: Final = 3
_WORDS_OF_DAY: Final = 2
_KEYWORDS: Final = frozenset({"region", "area", "since"})
# Words that sentences have and lists of escalations don't.
_OF_SENTENCES: Final = frozenset(
    {
        "of",
        "is",
        "are",
        "was",
        "were",
        "isn't",
        "aren't",
        "be",
        "been",
        "has",
        "have",
        "can",
        "can't",
        "cannot",
        "does",
        "doesn't",
        "not",
    }
)
_MOST_UNREAD: Final = 3


@dataclass(frozen=True, slots=True)
class ListVocabulary:
    """The names that words may mean, in lower case: of levels (to their codes), regions and areas (to their keys)."""

    levels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    regions: Mapping[str, str] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListFilter:
    """The limits of a list: each that is set must hold. Several levels, regions or areas are alternatives.

    `since` is the earliest declaration, and all are from before `until`. `account` is what no other word explains: the
    name of an account. `part` is the part to show, from 1; `words` is what was typed, without it.
    """

    states: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    account: str = ""
    part: int = 1
    words: str = ""

    @property
    def is_of_closed(self) -> bool:
        """Return True if it shows closed escalations instead of open ones."""
        return "closed" in self.states

    @property
    def is_all_mine(self) -> bool:
        """Return True if it shows all that is open of the person who asks, and is limited by nothing else."""
        limits = (self.levels, self.regions, self.areas, self.since, self.until, self.account)
        return self.states == {"mine"} and not any(limits)


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
    """Return True if the number at the end belongs to the words before it: `sev 1`, `since nov 1`, `1 nov 2026`."""
    if len(tokens) == 1:
        return False
    if _A_MONTH.fullmatch(tokens[-2].casefold()):
        follows_day = len(tokens) > _WORDS_OF_DAY and _PART.fullmatch(tokens[-3]) is not None
        return not follows_day or _IN_A_YEAR.fullmatch(tokens[-1]) is not None
    return " ".join(tokens[-2:]).casefold() in known.levels


def unread(text: str, account: str) -> tuple[str, str] | None:
    """Split the words after `list` into those that are understood and those that aren't; None for a sentence.

    `account` is what `account_in` returns for them, and no account has that name.
    """
    left, understood = account.split(), list[str]()
    for token in text.split():
        if left and token == left[0]:
            left.pop(0)
        else:
            understood.append(token)
    others = [word for word in account.split() if word.casefold() not in _KEYWORDS]
    has_keyword = len(others) < len(account.split())
    is_list = has_keyword or any(not _PART.fullmatch(word) for word in understood)
    is_sentence = len(others) > _MOST_UNREAD or any(word.casefold() in _OF_SENTENCES for word in others)
    return (" ".join(understood), account) if is_list and not is_sentence else None


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
    if (period := _period(tokens, local)) is not None:
        return replace(found, since=period[0], until=period[1]), period[2]
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
    for count in range(_LONGEST_DATE, 0, -1):
        day = _day(" ".join(tokens[:count]).casefold(), local.date()) if len(tokens) >= count else None
        if day is not None:
            return datetime.combine(day, time(), local.tzinfo), count
    return None


def _period(tokens: list[str], local: datetime) -> tuple[datetime, datetime | None, int] | None:
    """Return the bounds of `last month`, `this week` or `1 nov`, and how many words that is."""
    which, _, period = " ".join(tokens[:2]).casefold().partition(" ")
    if which in {"this", "last"} and period in {"week", "month", "year"}:
        this = _first_day(period, local.date(), is_last=False)
        first = _first_day(period, local.date(), is_last=which == "last")
        return _begins(first, local), _begins(this, local) if which == "last" else None, 2
    for count in (3, 2):
        day = _date(" ".join(tokens[:count]).casefold(), local.date()) if len(tokens) >= count else None
        if day is not None:
            return _begins(day, local), _begins(day + timedelta(days=1), local), count
    return None


def _begins(day: date, local: datetime) -> datetime:
    return datetime.combine(day, time(), local.tzinfo)


def _date(words: str, today: date) -> date | None:
    """Return the day that `1 nov` or `nov 1 2026` names; without a year the newest that isn't to come."""
    found = next((match for one in _DATES if (match := one.fullmatch(words))), None)
    if found is None:
        return None
    month, day, year = _MONTHS.index(found["month"][:3]) + 1, int(found["day"]), found["year"]
    for each in (int(year),) if year else range(today.year, today.year - _YEARS_BACK - 1, -1):
        try:
            named = date(each, month, day)
        except ValueError:
            continue
        if year or named <= today:
            return named
    return None


def _day(words: str, today: date) -> date | None:
    if words in {"today", "yesterday"}:
        return today - timedelta(days=words == "yesterday")
    if words in _DAYS:
        return today - timedelta(days=(today.weekday() - _DAYS.index(words)) % _WEEK)
    which, _, period = words.partition(" ")
    if which in {"this", "last"} and period in {"week", "month", "year"}:
        return _first_day(period, today, is_last=which == "last")
    named = _date(words, today)
    if named is not None:
        return named
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
