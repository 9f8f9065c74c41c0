"""The numbers of a period, each with its definition (docs/numbers.md). S1, S3 and S4 name them.

A period counts the escalations that were declared in it, from `since` up to but not including `until`. So every number
of a report is about the same escalations. Shares are rounded down when they are shown, so that 100 % means all.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from statistics import median
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from bot.policy.record.measures import Measure

K = TypeVar("K", bound=Hashable)

# Below this, a number says little, and says so.
FEW: Final = 5
# An account that escalates again within so many calendar days, both ends included, repeats (S3).
REPEATS_WITHIN: Final = 30
_WHOLE: Final = 100.0


class NumberUnit(StrEnum):
    """The unit of a number."""

    COUNT = "count"
    PERCENT = "percent"
    SECONDS = "seconds"
    STARS = "of 5"


class Better(StrEnum):
    """Which way a number should move."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Definition:
    """Definition of a number: its name, what it counts and how. `of` is the unit it is a share or median of."""

    key: str
    name: str
    words: str
    unit: NumberUnit
    better: Better
    of: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a period; `value` is None if nothing was counted. `of` is how many it rests on."""

    value: float | None
    of: int

    @property
    def is_small(self) -> bool:
        """Return True if it rests on so few that it says little."""
        return 0 < self.of < FEW


Numbers = Mapping[str, Number]


@dataclass(frozen=True, slots=True)
class Period:
    """A period with its tickets: how many there were, on how many of its days that is known, and on which."""

    since: datetime
    until: datetime
    tickets: Mapping[date, int]
    zone: ZoneInfo


def _define(key: str, name: str, words: str, unit: NumberUnit, better: Better, of: str) -> Definition:
    return Definition(key, name, words, unit, better, of)


_ALL: Final = "escalations"
DEFINITIONS: Final[Mapping[str, Definition]] = {
    found.key: found
    for found in (
        _define(
            "escalations",
            "Escalations",
            "Escalations declared in the period. Withdrawn ones and declined account programmes don't count.",
            NumberUnit.COUNT,
            Better.NEITHER,
            _ALL,
        ),
        _define(
            "time_to_escalate",
            "Time to escalate",
            "From the customer's report to the declaration, where the report's time is known. The middle value.",
            NumberUnit.SECONDS,
            Better.DOWN,
            "known reports",
        ),
        _define(
            "acknowledged_in_time",
            "Acknowledged in time",
            "Response clocks that stopped by their due time, of those that stopped or are overdue.",
            NumberUnit.PERCENT,
            Better.UP,
            "response clocks",
        ),
        _define(
            "time_to_acknowledge",
            "Time to acknowledge",
            "Working time of the response clock until it stopped. The middle value.",
            NumberUnit.SECONDS,
            Better.DOWN,
            "acknowledged",
        ),
        _define(
            "mitigated_in_time",
            "Impact stopped in time",
            "Resolution clocks that stopped by their due time, of those that stopped or are overdue. The clock stops "
            "when the impact has stopped, and pauses while it waits for the customer.",
            NumberUnit.PERCENT,
            Better.UP,
            "resolution clocks",
        ),
        _define(
            "time_to_mitigate",
            "Time to stop the impact",
            "Working time of the resolution clock until it stopped. The middle value.",
            NumberUnit.SECONDS,
            Better.DOWN,
            "mitigated",
        ),
        _define(
            "time_to_resolve",
            "Time to resolve",
            "From the declaration to the last resolution, around the clock. Waiting for the customer, and the time "
            "between a resolution and a reopening, don't count. The middle value.",
            NumberUnit.SECONDS,
            Better.DOWN,
            "resolved",
        ),
        _define(
            "promises_kept",
            "Promises kept",
            "Updates promised to customers that came in time, of all that came in time, came late or were missed. One "
            "that is overdue now is late.",
            NumberUnit.PERCENT,
            Better.UP,
            "promises",
        ),
        _define(
            "longest_silence",
            "Longest silence",
            "The longest time in which a customer heard nothing, from the declaration to the resolution, around the "
            "clock. Waiting for the customer doesn't count.",
            NumberUnit.SECONDS,
            Better.DOWN,
            _ALL,
        ),
        _define(
            "reopened",
            "Reopened",
            "Escalations that were reopened after a resolution, of all that were resolved.",
            NumberUnit.PERCENT,
            Better.DOWN,
            "resolved",
        ),
        _define(
            "repeats",
            "Repeats",
            "Escalations of an account that had another one in the 30 days before.",
            NumberUnit.PERCENT,
            Better.DOWN,
            _ALL,
        ),
        _define(
            "escalation_rate",
            "Escalation rate",
            "Escalations for each 100 tickets, on the days whose ticket volume is known.",
            NumberUnit.PERCENT,
            Better.DOWN,
            "tickets",
        ),
        _define(
            "first_level_share",
            "First level could have solved it",
            "Escalations that first level could have solved, of those whose outcome was noted.",
            NumberUnit.PERCENT,
            Better.DOWN,
            "noted outcomes",
        ),
        _define(
            "satisfaction",
            "Satisfaction",
            "The mean of the ratings from 1 to 5 that customers gave after closing.",
            NumberUnit.STARS,
            Better.UP,
            "ratings",
        ),
        _define(
            "raised_by_hand",
            "Severity raised by hand",
            "Escalations whose severity a person raised.",
            NumberUnit.PERCENT,
            Better.DOWN,
            _ALL,
        ),
        _define(
            "raised_by_policy",
            "Severity raised by the policy",
            "Escalations that the policy raised above the chosen severity.",
            NumberUnit.PERCENT,
            Better.NEITHER,
            _ALL,
        ),
        _define(
            "chosen_lighter",
            "Chosen lower",
            "Escalations declared with a lower severity than their category starts at.",
            NumberUnit.PERCENT,
            Better.NEITHER,
            _ALL,
        ),
        _define(
            "open_now",
            "Open now",
            "Those of the period that aren't closed.",
            NumberUnit.COUNT,
            Better.NEITHER,
            _ALL,
        ),
    )
}


_NOTHING: Final = Number(None, 0)
Wanted = Callable[[Measure], bool]


def numbers(
    measures: Sequence[Measure],
    period: Period,
    now: datetime,
    *,
    wanted: Wanted = lambda _: True,
    repeat: frozenset[int] | None = None,
) -> Numbers:
    """Return every number of what is wanted of a period.

    `measures` may reach back further than the period: the earlier ones only say what repeats, unless `repeat` does.
    """
    mine = of_period(measures, period, wanted)
    found = counted(mine, repeating(measures, period.zone) if repeat is None else repeat, now)
    return {**found, "escalation_rate": _rate(mine, period)}


def counted(mine: Sequence[Measure], repeat: frozenset[int], now: datetime) -> dict[str, Number]:
    """Return the numbers of some escalations; `repeat` are the numbers of those that repeat."""
    every = len(mine)
    kept = sum(one.kept for one in mine)
    promises = sum(one.kept + one.late + one.broken + _is_due(one.open_due_at, now) for one in mine)
    resolved = [one for one in mine if one.reopened or one.resolve_seconds is not None]
    outcomes = [one.first_level_could for one in mine if one.first_level_could is not None]
    ratings = [one.rating for one in mine if one.rating is not None]
    return {
        "escalations": Number(every, every),
        "time_to_escalate": _middle(one.escalate_seconds for one in mine),
        "acknowledged_in_time": _attained(((one.response_due_at, one.response_at) for one in mine), now),
        "time_to_acknowledge": _middle(one.response_seconds for one in mine),
        "mitigated_in_time": _attained(((one.mitigate_due_at, one.mitigate_at) for one in mine), now),
        "time_to_mitigate": _middle(one.mitigate_seconds for one in mine),
        "time_to_resolve": _middle(one.resolve_seconds for one in mine),
        "promises_kept": _share(kept, promises),
        "longest_silence": Number(max((silence(one, now) for one in mine), default=None), every),
        "reopened": _share(sum(bool(one.reopened) for one in resolved), len(resolved)),
        "repeats": _share(sum(one.escalation_id in repeat for one in mine), every),
        "first_level_share": _share(sum(outcomes), len(outcomes)),
        "satisfaction": Number(sum(ratings) / len(ratings) if ratings else None, len(ratings)),
        "raised_by_hand": _share(sum(one.raised_by_hand for one in mine), every),
        "raised_by_policy": _share(sum(one.raised_by_policy for one in mine), every),
        "chosen_lighter": _share(sum(one.chosen_lighter for one in mine), every),
        "open_now": Number(sum(not one.is_over for one in mine), every),
    }


def number(found: Numbers, key: str) -> Number:
    """Return a number by its key; one that rests on nothing if it isn't there."""
    return found.get(key, _NOTHING)


def of_period(measures: Sequence[Measure], period: Period, wanted: Wanted) -> list[Measure]:
    """Return what counts in a period."""
    return [one for one in measures if one.counts and period.since <= one.declared_at < period.until and wanted(one)]


def grouped(
    measures: Sequence[Measure],
    period: Period,
    now: datetime,
    key: Callable[[Measure], K],
    *,
    wanted: Wanted = lambda _: True,
    repeat: frozenset[int] | None = None,
) -> dict[K, Numbers]:
    """Return the numbers of each group of a period, the largest first; among equals in the order of their keys."""
    groups: dict[K, list[Measure]] = defaultdict(list)
    for one in of_period(measures, period, wanted):
        groups[key(one)].append(one)
    again = repeating(measures, period.zone) if repeat is None else repeat
    order = sorted(groups.items(), key=lambda group: (-len(group[1]), str(group[0])))
    return {name: counted(mine, again, now) for name, mine in order}


def silence(one: Measure, now: datetime) -> int:
    """Return the longest silence of an escalation in seconds, one that lasts included."""
    lasts = int((now - one.quiet_from).total_seconds()) if one.quiet_from is not None else 0
    return max(one.silence_seconds, one.quiet_seconds + max(lasts, 0))


def week_of(at: datetime, zone: ZoneInfo) -> date:
    """Return the Monday of a time's week in a zone."""
    day = at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def _is_due(due_at: datetime | None, now: datetime) -> bool:
    return due_at is not None and due_at < now


def _attained(clocks: Iterable[tuple[datetime | None, datetime | None]], now: datetime) -> Number:
    """Return the share in time. A clock that stopped at its due time is in time; one that runs on then is not."""
    met = judged = 0
    for due_at, stopped_at in clocks:
        if due_at is not None and (stopped_at is not None or due_at <= now):
            judged += 1
            met += stopped_at is not None and stopped_at <= due_at
    return _share(met, judged)


def _share(part: int, of: int) -> Number:
    return Number(_WHOLE * part / of if of else None, of)


def _middle(lengths: Iterable[int | None]) -> Number:
    known = [length for length in lengths if length is not None]
    return Number(median(known) if known else None, len(known))


def repeating(measures: Sequence[Measure], zone: ZoneInfo) -> frozenset[int]:
    """Return the numbers of those whose account had another escalation within the days before."""
    found, last = set(), dict[int, date]()
    for one in sorted(measures, key=attrgetter("declared_at", "escalation_id")):
        if one.counts:
            day, before = one.declared_at.astimezone(zone).date(), last.get(one.account_id)
            if before is not None and (day - before).days < REPEATS_WITHIN:
                found.add(one.escalation_id)
            last[one.account_id] = day
    return frozenset(found)


def _rate(mine: Sequence[Measure], period: Period) -> Number:
    """Return how many escalations there were for each hundred tickets, on the days whose volume is known."""
    total = sum(period.tickets.values())
    counts = sum(one.declared_at.astimezone(period.zone).date() in period.tickets for one in mine)
    return Number(_WHOLE * counts / total if total else None, total)
