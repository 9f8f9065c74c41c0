"""The programme for new people: which steps are done, by what the record proves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.policy.model.training import StepKind, TrainingStep, TrainingWeek

# Their mentor says that they are done.
BY_MENTOR = (StepKind.SUPERVISED, StepKind.REVIEWED)


@dataclass(frozen=True, slots=True)
class StepMark:
    """Somebody said that a step is done, or began to shadow an escalation. `is_over` once the escalation has ended."""

    step: str
    by: str
    at: datetime
    escalation: int | None = None
    is_over: bool = True


@dataclass(frozen=True, slots=True)
class Trainee:
    """Somebody in the programme (by Slack id), their mentor, and what is on record.

    `drills` are the points and times of the drills they have played, `owned` the number of ended
    escalations whose owner they are.
    """

    number: int
    person: str
    mentor: str
    started_at: datetime
    marks: Sequence[StepMark] = field(default_factory=tuple)
    drills: Sequence[tuple[int, datetime]] = field(default_factory=tuple)
    owned: int = 0


@dataclass(frozen=True, slots=True)
class StepState:
    """A step with how often it was done, and when for the last time it counts."""

    step: TrainingStep
    times: int
    done_at: datetime | None
    # Escalations that are being shadowed and haven't ended.
    running: Sequence[int] = field(default_factory=tuple)

    @property
    def is_done(self) -> bool:
        """Return True if it was done often enough."""
        return self.done_at is not None


@dataclass(frozen=True, slots=True)
class WeekState:
    """A week with its steps."""

    week: TrainingWeek
    steps: Sequence[StepState]

    @property
    def is_done(self) -> bool:
        """Return True if all its steps are done."""
        return all(step.is_done for step in self.steps)


@dataclass(frozen=True, slots=True)
class TrainingView:
    """The programme as somebody sees it: their own way, or that of `shown`, whom they mentor or manage.

    `others` are those they mentor or manage, with the steps done of all, and `finished` how many people in the company
    finished in each of the last months (`2026-03`), newest first. Before they begin, `shown` is None, no step of
    `weeks` is done, and `manager` is who leads them by the directory (by Slack id).
    """

    viewer: str
    shown: Trainee | None
    weeks: Sequence[WeekState]
    others: Sequence[tuple[Trainee, int, int]]
    finished: Mapping[str, int]
    philosophy: Sequence[str]
    contact: str | None
    may_mark: bool = False
    manager: str | None = None


def progress(weeks: Sequence[TrainingWeek], trainee: Trainee | None) -> tuple[WeekState, ...]:
    """Return each week with what is done of it: nothing before somebody has begun."""
    return tuple(WeekState(week, tuple(_state(step, trainee) for step in week.steps)) for week in weeks)


def counted(found: Sequence[WeekState]) -> tuple[int, int]:
    """Return how many steps are done, and how many there are."""
    steps = [step for week in found for step in week.steps]
    return sum(step.is_done for step in steps), len(steps)


def finished_at(found: Sequence[WeekState]) -> datetime | None:
    """Return when the last step was done; None if one isn't."""
    times = [step.done_at for week in found for step in week.steps]
    known = [at for at in times if at is not None]
    return max(known) if known and len(known) == len(times) else None


def _state(step: TrainingStep, trainee: Trainee | None) -> StepState:
    if trainee is None:
        return _counted(step, ())
    if step.kind is StepKind.DRILL:
        times = sorted(at for points, at in trainee.drills if points >= step.points)
        return _counted(step, times)
    mine = [mark for mark in trainee.marks if mark.step == step.key]
    running = tuple(mark.escalation for mark in mine if not mark.is_over and mark.escalation is not None)
    return _counted(step, sorted(mark.at for mark in mine if mark.is_over), running)


def _counted(step: TrainingStep, times: Sequence[datetime], running: Sequence[int] = ()) -> StepState:
    return StepState(step, len(times), times[step.times - 1] if len(times) >= step.times else None, running)
