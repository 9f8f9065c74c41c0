"""Actions of features when a timer fires: pages, chases, questions, archiving.

Reminders are in `reminders/`, and with them the page for an update that has not come (`update_missed`). One decision
for all that is due at once on one escalation: what piled up during an outage is done once.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bot.policy.decide.watches import WatchDay
from bot.policy.plan import chases, unresolved
from bot.policy.plan.approvals import ApprovalLapses
from bot.policy.plan.chases import TeamChase
from bot.policy.plan.handovers import HandoverLapses
from bot.policy.plan.reminders import update_missed
from bot.policy.plan.reminders.reminder import Due
from bot.policy.plan.reminders.update_missed import UpdateMissed
from bot.policy.plan.timers import Planned, TimerKind
from bot.policy.plan.unresolved import BringIn
from bot.policy.plan.waiting import WaitEnds


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
class LevelRequestWaits:
    """A level request is unanswered: those who may answer it (`guards.override`) are reminded."""

    request: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOwner:
    """The relationship owner is asked for facts still missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalDue:
    """Nobody answered a proposal in time: it is accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchDue:
    """It is time in the watch to ask somebody about the account."""

    day: WatchDay


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchLook:
    """It is time in the watch to look at the account's health."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveNow:
    """The time between closing and archiving is over."""


TimerAction = (
    UpdateMissed
    | PageRepeat
    | PageNextRung
    | PageRound
    | TeamChase
    | LevelRequestWaits
    | AskOwner
    | ProposalDue
    | WatchDue
    | WatchLook
    | BringIn
    | HandoverLapses
    | WaitEnds
    | ApprovalLapses
    | ArchiveNow
)


def decide(due: Due) -> tuple[TimerAction, ...]:
    """Return what the due timers of one escalation ask for, each thing once."""
    return (
        *update_missed.decide(due),
        *unresolved.decide(due),
        *_watch(due),
        *(_SINGLE[timer.kind](timer) for timer in due.timers if timer.kind in _SINGLE),
    )


def _watch(due: Due) -> Iterable[TimerAction]:
    """Ask once, however many questions an outage has delayed: the last one counts."""
    days = [WatchDay(timer.data["turn"]) for timer in due.of(TimerKind.WATCH_DUE)]
    for day in days[-1:]:
        yield WatchDue(day=day)


# The actions of single timers. Other kinds remind, are decided for all due timers together, or are no longer planned.
_SINGLE: Mapping[TimerKind, Callable[[Planned], TimerAction]] = {
    TimerKind.PAGE_AGAIN: lambda timer: PageRepeat(page=int(timer.data["page"])),
    TimerKind.PAGE_ONWARD: lambda timer: PageNextRung(page=int(timer.data["page"])),
    TimerKind.PAGE_ROUND: lambda timer: PageRound(page=int(timer.data["page"])),
    TimerKind.TEAM_CHASE: chases.decide,
    TimerKind.LEVEL_REQUEST_WAITS: lambda timer: LevelRequestWaits(request=int(timer.data["request"])),
    TimerKind.ASK_OWNER: lambda _timer: AskOwner(),
    TimerKind.PROPOSAL_DUE: lambda _timer: ProposalDue(),
    TimerKind.APPROVAL: lambda timer: ApprovalLapses(text=int(timer.data["text"])),
    TimerKind.HANDOVER: lambda timer: HandoverLapses(role=timer.data["role"]),
    TimerKind.WAIT_ENDS: lambda _timer: WaitEnds(),
    TimerKind.WATCH_LOOK: lambda _timer: WatchLook(),
    TimerKind.ARCHIVE: lambda _timer: ArchiveNow(),
}
