"""The clocks of an escalation: starts and stops are stored; due, elapsed and breached are computed here.

A clock measures one answer (the response, the resolution, the team's answer) against a target on a calendar. All times
are aware and in UTC, and percentages are of a clock's working time: half of four business hours that begin an hour
before closing ends an hour after the next opening.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from bot.policy.time.calendars import ALWAYS, Calendar, named
from bot.policy.time.durations import Duration, Unit

Calendars = Mapping[str, Calendar]


@dataclass(frozen=True, slots=True)
class Terms:
    """The target of a clock. `calendar` is its key in the policy; `24x7` is built in."""

    target: Duration
    calendar: str


@dataclass(frozen=True, slots=True)
class Span:
    """A span in which a clock ran; without a stop it is running."""

    started_at: datetime
    stopped_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """A clock as stored.

    Without `terms` the level has no such clock; the spans are kept, since another level may have one. `counted_from` is
    set if a change of level found the new due time already past: the target then counts from the change. A paused clock
    has no due time, unless that had passed before.
    """

    terms: Terms | None
    spans: tuple[Span, ...]
    counted_from: datetime | None = None
    # While the clock waits for the customer: since when.
    paused_at: datetime | None = None

    @property
    def is_running(self) -> bool:
        """Return True if it has a target and hasn't stopped."""
        return self.terms is not None and bool(self.spans) and self.spans[-1].stopped_at is None


class ClockState(StrEnum):
    """The state of a clock. Stopped at the due time is in time; still running then is not."""

    NONE = "none"
    RUNNING = "running"
    MET = "met"
    BREACHED = "breached"  # stopped too late
    OVERDUE = "overdue"  # running, and already too late
    PAUSED = "paused"


def due_at(clock: ClockFacts, calendars: Calendars) -> datetime | None:
    """Return when the target is used up; None without a clock, and while it is paused in time."""
    if clock.terms is None or not clock.spans:
        return None
    due, paused_at = _due(clock, clock.terms, calendars), _paused_at(clock)
    return None if paused_at is not None and paused_at < due else due


def elapsed(clock: ClockFacts, calendars: Calendars, now: datetime) -> timedelta:
    """Return the working time since the start without pauses: wall time if no business clock measures it.

    It counts from the real start, whatever `counted_from` says: it is the time the customer waited.
    """
    hours = _hours(clock.terms, calendars)
    until = min(_paused_at(clock) or now, now)
    stretches = (
        hours.working_time(span.started_at, span.stopped_at or max(until, span.started_at)) for span in clock.spans
    )
    return sum(stretches, timedelta(0))


def fraction_at(clock: ClockFacts, calendars: Calendars, fraction: float) -> datetime | None:
    """Return when such a part (0.5, 0.8) of the working time has passed; None without a clock."""
    if clock.terms is None or not clock.spans or _paused_at(clock) is not None:
        return None
    begin, hours = _begin(clock), _hours(clock.terms, calendars)
    target = named(calendars, clock.terms.calendar).add(begin, clock.terms.target)
    point = hours.add_working(begin, hours.working_time(begin, target) * fraction)
    return _moved_by_pauses(point, clock, hours)


def state(clock: ClockFacts, calendars: Calendars, now: datetime) -> ClockState:
    """Return the state of the clock."""
    if clock.terms is None or not clock.spans:
        return ClockState.NONE
    stopped_at = clock.spans[-1].stopped_at
    due = _due(clock, clock.terms, calendars)
    paused_at = _paused_at(clock)
    if paused_at is not None:
        return ClockState.PAUSED if paused_at < due else ClockState.OVERDUE
    if stopped_at is None:
        return ClockState.RUNNING if now < due else ClockState.OVERDUE
    return ClockState.MET if stopped_at <= due else ClockState.BREACHED


def retargeted(clock: ClockFacts, terms: Terms | None, calendars: Calendars, at: datetime) -> ClockFacts:
    """Return the clock after a change of level at that time (docs/policy.md#a-change-of-level).

    A running clock keeps its start; if the new due time is already past, the new target counts from the change. A
    stopped clock isn't judged again, and the same terms change nothing.
    """
    if has_ended(clock) or terms == clock.terms:
        return clock
    kept = replace(clock, terms=terms, counted_from=None)
    until = min(_paused_at(clock) or at, at)
    if terms is None or not kept.spans or _due(kept, terms, calendars) > until:
        return kept
    return replace(kept, counted_from=at)


def has_ended(clock: ClockFacts) -> bool:
    """Return True if the clock has stopped for good: it isn't judged again."""
    return bool(clock.spans) and clock.spans[-1].stopped_at is not None


def stopped_at(clock: ClockFacts) -> datetime | None:
    """Return when the clock stopped; None while it runs or waits, and if it never began."""
    return clock.spans[-1].stopped_at if clock.spans else None


def _paused_at(clock: ClockFacts) -> datetime | None:
    """Return since when a wait holds a clock that hasn't stopped."""
    return None if has_ended(clock) else clock.paused_at


def _begin(clock: ClockFacts) -> datetime:
    return clock.counted_from or clock.spans[0].started_at


def _hours(terms: Terms | None, calendars: Calendars) -> Calendar:
    """Return the calendar whose open time the clock counts: a target in wall time runs round the clock."""
    return ALWAYS if terms is None or terms.target.unit is Unit.WALL else named(calendars, terms.calendar)


def _due(clock: ClockFacts, terms: Terms, calendars: Calendars) -> datetime:
    due = named(calendars, terms.calendar).add(_begin(clock), terms.target)
    return _moved_by_pauses(due, clock, _hours(terms, calendars))


def _moved_by_pauses(at: datetime, clock: ClockFacts, hours: Calendar) -> datetime:
    """Move a time on by each pause that began before it: what was already late stays late."""
    for paused_at, resumed_at in _pauses(clock):
        if paused_at >= at:
            break
        pause = hours.working_time(paused_at, resumed_at)
        at = hours.add_working(at, pause) if pause else at
    return at


def _pauses(clock: ClockFacts) -> Iterator[tuple[datetime, datetime]]:
    begin = _begin(clock)
    for span, resumed in pairwise(clock.spans):
        if span.stopped_at is not None and resumed.started_at > begin:
            yield max(span.stopped_at, begin), resumed.started_at
