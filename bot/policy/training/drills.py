"""A drill as it is played: what has happened, which line of the script comes next, and what Escalate reminds of.

Pure functions of the scenario, of what happened, and of the time. All times are on the business clock; the drill's own
minutes pass `speed` times faster.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Final

from bot.policy.model.training import Beat, DrillStep, Scenario, Speaker
from bot.policy.model.wording import WordingRule

# Nobody is reminded of one thing more often.
MOST_REMINDERS: Final = 3


class DrillStatus(StrEnum):
    """The status of the played escalation."""

    OPEN = "open"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"
    CLOSED = "closed"
    ENDED = "ended"  # before it was closed


class EventKind(StrEnum):
    """The kind of a drill's event: a step, a line of the script, a reminder, or its end."""

    STEP = "step"
    LINE = "line"
    REMINDER = "reminder"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class DrillEvent:
    """Something that happened in a drill.

    `key` is the step, the line's place in the script with the number of the step it answers, or what a reminder is
    about. Of an update `text` is for the customer, `note` for colleagues, and `until` when the next is promised; of a
    resolution `text` is the cause; of closing `text` is the follow-up, `note` its owner and `until` its date.
    """

    kind: EventKind
    key: str
    at: datetime
    text: str = ""
    note: str = ""
    until: datetime | None = None
    findings: tuple[WordingRule, ...] = ()
    # The words of the first of them.
    quote: str = ""


@dataclass(frozen=True, slots=True)
class DueLine:
    """A line that is due, or will be: when, its key among the events, what is said, and by whom."""

    at: datetime
    kind: EventKind
    key: str
    says: str
    by: Speaker
    gives: DrillStep | None = None


@dataclass(frozen=True)
class DrillFacts:
    """A drill, with its past in order."""

    number: int
    person: str
    scenario: Scenario
    started_at: datetime
    events: Sequence[DrillEvent] = field(default_factory=tuple)
    channel: str | None = None
    ended_at: datetime | None = None

    def after(self, minutes: int) -> timedelta:
        """Return how long minutes of the drill take on the business clock."""
        return timedelta(minutes=minutes) / self.scenario.speed

    def minute(self, at: datetime) -> int:
        """Return a time as a minute of the drill."""
        return int((at - self.started_at) * self.scenario.speed / timedelta(minutes=1))

    def first(self, step: DrillStep) -> DrillEvent | None:
        """Return the first event of a step."""
        return next(self.all_of(step), None)

    def all_of(self, step: DrillStep) -> Iterator[DrillEvent]:
        """Yield the events of a step, in order."""
        return (event for event in self.events if event.kind is EventKind.STEP and event.key == step)

    def time_of(self, step: DrillStep) -> datetime | None:
        """Return when a step first happened."""
        found = self.first(step)
        return self.started_at if step is DrillStep.STARTED else found.at if found else None

    @cached_property
    def played(self) -> frozenset[str]:
        """The keys of the lines and reminders that have been said."""
        return frozenset(event.key for event in self.events if event.kind in {EventKind.LINE, EventKind.REMINDER})

    @property
    def status(self) -> DrillStatus:
        """The status, by what the person did."""
        for step, status in _STATUSES:
            if self.first(step) is not None:
                return status
        return DrillStatus.ENDED if self.ended_at is not None else DrillStatus.OPEN

    @property
    def promised_by(self) -> datetime | None:
        """When the next update for the customer is due; None once it is resolved or over.

        Before the first update the level's cadence says so, from the start.
        """
        if self.ended_at is not None or self.first(DrillStep.RESOLVED) is not None:
            return None
        updates = list(self.all_of(DrillStep.UPDATED))
        said = updates[-1].until if updates else None
        return said or (updates[-1].at if updates else self.started_at) + self.after(self.scenario.update)

    @property
    def ends_at(self) -> datetime:
        """When the drill ends at the latest."""
        return self.started_at + self.after(self.scenario.lasts)


_STATUSES: Final = (
    (DrillStep.CLOSED, DrillStatus.CLOSED),
    (DrillStep.RESOLVED, DrillStatus.RESOLVED),
    (DrillStep.IMPACT_STOPPED, DrillStatus.MITIGATED),
)


@dataclass(frozen=True, slots=True)
class OfferedDrills:
    """The drills that somebody can play, the best score of each they played, and the one they are in."""

    scenarios: Sequence[Scenario]
    best: Mapping[str, int]
    running: DrillFacts | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A step that the person does in a drill, with what they wrote. `minutes` is when the next update comes."""

    step: DrillStep
    text: str = ""
    note: str = ""
    minutes: int | None = None


def ahead(drill: DrillFacts) -> list[DueLine]:
    """Return what is still to be said as things are, in order of time: lines of the script, reminders, and the end."""
    if drill.ended_at is not None:
        return []
    found = [*_lines(drill), *_reminders(drill)]
    end = DueLine(drill.ends_at, EventKind.ENDED, "time", "", Speaker.ESCALATE)
    return sorted((due for due in [*found, end] if due.at <= drill.ends_at), key=lambda due: (due.at, due.kind))


def due(drill: DrillFacts, now: datetime) -> DueLine | None:
    """Return the next thing to say if it is due; None if nothing is. What is said may change what comes next."""
    found = ahead(drill)
    return found[0] if found and found[0].at <= now else None


def _lines(drill: DrillFacts) -> Iterator[DueLine]:
    for place, beat in enumerate(drill.scenario.script):
        for turn, moment in enumerate(_moments(drill, beat)):
            key = f"{place}.{turn}" if beat.each else f"{place}"
            if key in drill.played:
                continue
            at = _at(drill, beat, moment)
            if at is not None:
                yield DueLine(at, EventKind.LINE, key, beat.says, beat.by, beat.gives)


def _moments(drill: DrillFacts, beat: Beat) -> Sequence[datetime]:
    """Return when the line is set off: once, or after each step that does."""
    if beat.at is not None:
        return (drill.started_at + drill.after(beat.at),)
    if beat.after_finding is not None:
        found = (event.at for event in drill.all_of(DrillStep.UPDATED) if beat.after_finding in event.findings)
        first = next(found, None)
        return () if first is None else (first,)
    step = beat.after or DrillStep.STARTED
    moments = [drill.started_at] if step is DrillStep.STARTED else [event.at for event in drill.all_of(step)]
    return moments if beat.each else moments[:1]


def _at(drill: DrillFacts, beat: Beat, moment: datetime) -> datetime | None:
    """Return when the line comes; None if it never does as things are."""
    needed = [drill.time_of(step) for step in beat.needs]
    known = [at for at in needed if at is not None]
    if len(known) < len(needed):
        return None
    at = max([moment + drill.after(beat.wait), *known])
    for step in beat.unless:
        happened = drill.time_of(step)
        if happened is not None and happened <= at:
            return None
    return at


def _reminders(drill: DrillFacts) -> Iterator[DueLine]:
    """Yield what Escalate reminds of, as it does in earnest: acknowledging, and each promised update."""
    scenario, customer = drill.scenario, drill.scenario.name(Speaker.CUSTOMER)
    if drill.first(DrillStep.ACKNOWLEDGED) is None:
        at = drill.started_at + drill.after(scenario.acknowledge)
        said = f"No one acknowledged within {scenario.acknowledge} min. Press *Acknowledge*."
        yield from _reminder(drill, "acknowledge", at, said)
        return
    promised = drill.promised_by
    if promised is not None:
        minute = drill.minute(promised)
        for turn in range(MOST_REMINDERS):
            late = scenario.update * turn
            said = f"The update for {customer} {f'was due at minute {minute}' if turn else 'is due now'}."
            yield from _reminder(drill, f"update {minute}.{turn}", promised + drill.after(late), said)


def _reminder(drill: DrillFacts, key: str, at: datetime, said: str) -> Iterator[DueLine]:
    if key not in drill.played:
        yield DueLine(at, EventKind.REMINDER, key, said, Speaker.ESCALATE)
