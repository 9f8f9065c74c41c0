"""What to tell whom when timers fire: one decision for all that is due at once on one escalation.

Warnings go to the channel and the owner (docs/policy.md#breaches); breaches to the channel and the people responsible,
and page the manager; a missed update is reported in the channel, then to the owner, then pages the manager
(docs/policy.md#a-missed-update). Both audiences due together make one message each; what piled up during an outage is
combined, and says how late it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.policy.decide.watches import WatchTurn
from bot.policy.plan.timers import CASE_REVIEW_REMINDERS, Planned, TimerKind

# A shorter delay is the ordinary one of the loop, not an outage.
PUNCTUAL = timedelta(minutes=2)

CUSTOMER = "customer"
INTERNAL = "internal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Warning_:  # noqa: N801 - `Warning` is Python's own
    """50 or 80 percent of a clock have passed."""

    clock: str
    percent: int
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A clock has run out. `told_at` is when it was to be reported, the base of its lateness."""

    clock: str
    due_at: datetime
    told_at: datetime
    late: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateDue:
    """The next update is due: reported in the channel."""

    audiences: tuple[str, ...]
    due_at: datetime
    late: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateLate:
    """The update is still missing: reported to its owner directly."""

    audiences: tuple[str, ...]
    due_at: datetime
    late: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateMissed:
    """The update was missed: the manager is paged."""

    audiences: tuple[str, ...]
    due_at: datetime
    late: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRepeat:
    """A page wasn't acknowledged: it is sent again."""

    page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PageNextRung:
    """A page wasn't acknowledged in time: the next rung is paged."""

    page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRound:
    """The ladder ended unanswered an hour ago: it restarts at its foot."""

    page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDue:
    """The review is due."""

    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReviewDue:
    """A case review is due. The first reminders go to its owner, the last to the manager."""

    turn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamDue:
    """The team's answer to us is due."""

    team: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamChase:
    """The team still hasn't answered: it is asked again."""

    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestWaits:
    """A request for another level is unanswered: the manager is reminded."""

    request: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PutUpChecklist:
    """Opening is complete: the channel gets the checklist of the level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFacts:
    """Opening is complete: the channel is asked for missing facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOwner:
    """The relationship owner is asked for facts still missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalDue:
    """Nobody answered a proposal in time: it is accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchDue:
    """It is time in the watch to ask somebody about the account."""

    turn: WatchTurn


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveNow:
    """The time between closing and archiving is over."""


Notice = (
    Warning_
    | Breach
    | UpdateDue
    | UpdateLate
    | UpdateMissed
    | PageRepeat
    | PageNextRung
    | PageRound
    | ReviewDue
    | CaseReviewDue
    | TeamDue
    | TeamChase
    | RequestWaits
    | PutUpChecklist
    | AskFacts
    | AskOwner
    | ProposalDue
    | WatchDue
    | ArchiveNow
)

_UPDATES: dict[TimerKind, type[UpdateDue | UpdateLate | UpdateMissed]] = {
    TimerKind.UPDATE_DUE: UpdateDue,
    TimerKind.UPDATE_LATE: UpdateLate,
    TimerKind.UPDATE_MISSED: UpdateMissed,
}


def decide(due: Sequence[Planned], now: datetime) -> tuple[Notice, ...]:
    """Turn the due timers of one escalation into what must be told, each thing once."""
    return (
        *_clocks(due, now),
        *_updates(due, now),
        *_case_review(due),
        *_watch(due),
        *(_single(timer) for timer in due if timer.kind in _SINGLE or timer.kind in _BARE),
    )


def _clocks(due: Sequence[Planned], now: datetime) -> Iterable[Notice]:
    """Yield only the worst of each clock: a breach, else the higher warning."""
    for clock in dict.fromkeys(timer.data["clock"] for timer in due if "clock" in timer.data):
        mine = [timer for timer in due if timer.data.get("clock") == clock]
        breach = next((timer for timer in mine if timer.kind is TimerKind.CLOCK_BREACH), None)
        if breach is not None:
            due_at = _moment(breach.data["due"])
            told_at = breach.due_at
            yield Breach(clock=clock, due_at=due_at, told_at=told_at, late=lateness(told_at, now))
        else:
            worst = max(mine, key=lambda timer: int(timer.data["percent"]))
            yield Warning_(clock=clock, percent=int(worst.data["percent"]), due_at=_moment(worst.data["due"]))


def _updates(due: Sequence[Planned], now: datetime) -> Iterable[Notice]:
    for kind, notice in _UPDATES.items():
        mine = [timer for timer in due if timer.kind is kind]
        if mine:
            audiences = tuple(audience for audience in (CUSTOMER, INTERNAL) if _any(mine, audience))
            due_at = min(_moment(timer.data["due"]) for timer in mine)
            late = lateness(min(timer.due_at for timer in mine), now)
            yield notice(audiences=audiences, due_at=due_at, late=late and now - due_at)


def _case_review(due: Sequence[Planned]) -> Iterable[Notice]:
    """Remind the owner once, however many reminders an outage has delayed."""
    turns = [int(timer.data["turn"]) for timer in due if timer.kind is TimerKind.CASE_REVIEW_DUE]
    owners = [turn for turn in turns if turn <= CASE_REVIEW_REMINDERS]
    for turn in (*owners[-1:], *(turn for turn in turns if turn > CASE_REVIEW_REMINDERS)):
        yield CaseReviewDue(turn=turn)


def _watch(due: Sequence[Planned]) -> Iterable[Notice]:
    """Ask once, however many questions an outage has delayed: the last one counts."""
    turns = [WatchTurn(timer.data["turn"]) for timer in due if timer.kind is TimerKind.WATCH_DUE]
    for turn in turns[-1:]:
        yield WatchDue(turn=turn)


def _any(timers: Sequence[Planned], audience: str) -> bool:
    return any(timer.data["audience"] == audience for timer in timers)


_SINGLE = (
    TimerKind.PAGE_AGAIN,
    TimerKind.PAGE_ONWARD,
    TimerKind.PAGE_ROUND,
    TimerKind.REVIEW_DUE,
    TimerKind.TEAM_DUE,
    TimerKind.TEAM_CHASE,
    TimerKind.REQUEST_WAITS,
)


# Notices without data.
_BARE: Mapping[TimerKind, type[PutUpChecklist | AskFacts | AskOwner | ProposalDue | ArchiveNow]] = {
    TimerKind.CHECKLIST: PutUpChecklist,
    TimerKind.ASK_FACTS: AskFacts,
    TimerKind.ASK_OWNER: AskOwner,
    TimerKind.PROPOSAL_DUE: ProposalDue,
    TimerKind.ARCHIVE: ArchiveNow,
}


def _single(timer: Planned) -> Notice:
    match timer.kind:
        case TimerKind.PAGE_AGAIN:
            return PageRepeat(page=int(timer.data["page"]))
        case TimerKind.PAGE_ONWARD:
            return PageNextRung(page=int(timer.data["page"]))
        case TimerKind.PAGE_ROUND:
            return PageRound(page=int(timer.data["page"]))
        case TimerKind.REVIEW_DUE:
            return ReviewDue(due_at=timer.due_at)
        case TimerKind.TEAM_DUE:
            return TeamDue(team=timer.data["team"], due_at=timer.due_at)
        case TimerKind.TEAM_CHASE:
            return TeamChase(team=timer.data["team"])
        case TimerKind.REQUEST_WAITS:
            return RequestWaits(request=int(timer.data["request"]))
        case _:
            return _BARE[timer.kind]()


def lateness(due_at: datetime, now: datetime) -> timedelta | None:
    """Return how late something is reported; None if it is on time."""
    late = now - due_at
    return late if late > PUNCTUAL else None


def _moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)
