"""A report: the numbers of a period and how they have changed, by week and by what else is asked for."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final

from bot.policy.decide.numbers import (
    DEFINITIONS,
    Better,
    Number,
    Numbers,
    Period,
    Wanted,
    counted,
    number,
    numbers,
    of_period,
    repeating,
)
from bot.policy.decide.renewals import RenewalShares
from bot.policy.decide.report_words import ReportWords
from bot.policy.record.measures import Measure

# The six of a report in Slack; the second of a pair is shown if the first rests on nothing.
_SHOWN: Final = (
    ("acknowledged_in_time",),
    ("mitigated_in_time",),
    ("promises_kept",),
    ("escalation_rate", "reopened"),
    ("repeats",),
    ("satisfaction", "time_to_resolve"),
)
# Up to so many days a report has a point for each day, then one for each week, and beyond so many weeks for each month.
_DAILY: Final = 10
_WEEKLY: Final = 14
_EVERYTHING: Final = ReportWords()
CONFIDENTIAL: Final = "confidential"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersReport:
    """The numbers of a period and of the one before it, which is as long.

    `words` is what was asked for, and `about` says in words what it is limited to; `course`
    has the numbers of each day, week or month of the period, in order, by its first date; those without any, too.
    `levels` are the counts of each level in it. `uncounted` escalations haven't been measured yet. `known_days` is on
    how many of `days` the ticket volume is known. `target` is the escalation rate that the policy wants to stay below.
    `workload` is how many each fix owner has open now, whenever they were declared, the most first.
    """

    words: ReportWords
    about: Sequence[str]
    period: Period
    days: int
    found: Numbers
    before: Numbers
    course: Mapping[date, Numbers]
    levels: Mapping[date, Mapping[str, int]]
    uncounted: int
    known_days: int
    target: int | None
    workload: Mapping[str, int] = field(default_factory=dict)
    retention: RenewalShares = field(default_factory=RenewalShares)

    @property
    def shown(self) -> Sequence[str]:
        """Return the keys of the six numbers that say most."""
        found = []
        for pair in _SHOWN:
            said = [key for key in pair if number(self.found, key).value is not None]
            found.append(said[0] if said else pair[0])
        return found


@dataclass(frozen=True, slots=True)
class Movement:
    """How far a number has moved since the period before, and whether that is good; None if it can't be said."""

    by: float
    is_good: bool | None


def shift(key: str, now: Number, before: Number, target: int | None = None) -> Movement | None:
    """Return how a number has moved; None if either rests on nothing.

    One that is still below its `target`, which it wants to be, isn't bad.
    """
    if now.value is None or before.value is None:
        return None
    by = now.value - before.value
    better = DEFINITIONS[key].better
    is_good = None if better is Better.NEITHER or not by else (by > 0) == (better is Better.UP)
    is_within = target is not None and now.value < target
    return Movement(by, is_good or None if is_within else is_good)


def report(  # noqa: PLR0913 - a report states all that it is about
    measures: Sequence[Measure],
    period: Period,
    before: Period,
    now: datetime,
    *,
    asked: ReportWords = _EVERYTHING,
    about: Sequence[str] = (),
    wanted: Wanted = lambda _: True,
    uncounted: int = 0,
    target: int | None = None,
) -> NumbersReport:
    """Return the report of a period. `measures` reach back further, for the period before and for repeats."""
    zone, days = period.zone, _days(period)
    repeat, mine = repeating(measures, zone), of_period(measures, period, wanted)
    points = _points(mine, period)
    return NumbersReport(
        words=asked,
        about=about,
        period=period,
        days=days,
        found=numbers(mine, period, now, repeat=repeat),
        before=numbers(measures, before, now, wanted=wanted, repeat=repeat),
        course={day: counted(those, repeat, now) for day, those in points.items()},
        levels={day: Counter(one.level for one in those) for day, those in points.items()},
        uncounted=uncounted,
        known_days=len(period.tickets),
        target=target,
    )


def _points(mine: Sequence[Measure], period: Period) -> Mapping[date, Sequence[Measure]]:
    """Return what was declared in each day, week or month of a period, by its first date; also in those without any."""
    zone, days = period.zone, _days(period)
    first = period.since.astimezone(zone).date()
    dates = [first + timedelta(days=after) for after in range(days)]
    begins: Callable[[date], date] = _itself if days <= _DAILY else _monday
    if days > _DAILY and len({_monday(day) for day in dates}) > _WEEKLY:
        begins = _first_of_month
    points: dict[date, list[Measure]] = {begins(day): [] for day in dates}
    for one in mine:
        points[begins(one.declared_at.astimezone(zone).date())].append(one)
    return points


def _itself(day: date) -> date:
    return day


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _first_of_month(day: date) -> date:
    return day.replace(day=1)


def preceding(period: Period) -> Period:
    """Return the period before, as long by the clock on the wall, without tickets."""
    length = timedelta(days=_days(period))
    since = (period.since.astimezone(period.zone) - length).replace(tzinfo=period.zone)
    until = (period.until.astimezone(period.zone) - length).replace(tzinfo=period.zone)
    return replace(period, since=since, until=until, tickets={})


def _days(period: Period) -> int:
    """Return on how many days a period lies, the last begun one included."""
    first = period.since.astimezone(period.zone).date()
    last = (period.until - timedelta(microseconds=1)).astimezone(period.zone).date()
    return (last - first).days + 1
