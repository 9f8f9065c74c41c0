"""Firing of timers: for one escalation, in one transaction, everything that is due at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from bot.database import queries
from bot.database.change import Change, Records
from bot.database.outbox import NewEffect
from bot.database.transaction import Transaction
from bot.models import reading
from bot.models.work import EffectKind, Timer
from bot.policy.plan.reminders import (
    CUSTOMER,
    ArchiveNow,
    AskFacts,
    AskOwner,
    Breach,
    CaseReviewDue,
    Notice,
    PageNextRung,
    PageRepeat,
    PageRound,
    ProposalDue,
    PutUpChecklist,
    RequestWaits,
    ReviewDue,
    TeamChase,
    TeamDue,
    UpdateDue,
    UpdateLate,
    UpdateMissed,
    Warning_,
    WatchDue,
    decide,
)
from bot.policy.plan.timers import Planned, TimerKind
from bot.policy.record.escalation import FIX_OWNER, MANAGER, RELATIONSHIP_OWNER, PageCause
from bot.policy.record.notices import (
    BreachNotice,
    ReviewDueNotice,
    TeamDueNotice,
    TimerNotice,
    UpdateDueNotice,
    UpdateLateNotice,
    WarningNotice,
    payload_of,
)
from bot.services.intake.intake import ask_in_channel, ask_owner
from bot.services.levels import pending_requests
from bot.services.levels.checklists import put_up
from bot.services.paging import pages
from bot.services.patterns import case_reviews
from bot.services.programmes.proposals import accept_automatically
from bot.services.teams import teams
from bot.services.watch import watches

# Timers whose action needs nothing but the change.
_DO: dict[type[PutUpChecklist | AskFacts | AskOwner | ProposalDue], Callable[[Change], None]] = {
    PutUpChecklist: put_up,
    AskFacts: ask_in_channel,
    AskOwner: ask_owner,
    ProposalDue: accept_automatically,
}
_PAGE: dict[type[PageRepeat | PageNextRung | PageRound], Callable[[Change, int], None]] = {
    PageRepeat: pages.repeat,
    PageNextRung: pages.next_rung,
    PageRound: pages.restart_ladder,
}
# How long after it was due a timer that can't be read is looked at again.
_LOOK_AGAIN = timedelta(minutes=10)
_OWNER_OF = {"customer": RELATIONSHIP_OWNER, "internal": FIX_OWNER}


@dataclass(frozen=True)
class Reminders:
    """Fire the timers of escalations."""

    records: Records

    def fire(self, number: int, *, only: str | None = None) -> tuple[str, ...]:
        """Fire all that is due on an escalation, or `only` one by its key; return the kinds.

        An escalation locked by another worker is skipped. A timer that can't be read is put aside, and the others fire.
        """
        with self.records.database.transaction() as tx:
            row = queries.unless_locked(tx.session, number)
            due = _due(tx, number, only) if row is not None else []
            if row is None or not due:
                return ()
            change = self.records.of(tx, row)
            for timer in due:
                timer.fired_at = tx.now
            tx.session.flush()
            for notice in decide([_planned(timer) for timer in due], tx.now):
                _carry_out(change, notice)
            change.finish()
            return tuple(timer.kind for timer in due)


def _due(tx: Transaction, number: int, only: str | None) -> Sequence[Timer]:
    mine = (Timer.escalation_id == number, Timer.fired_at.is_(None), Timer.due_at <= tx.now)
    statement = select(Timer).where(*mine, Timer.kind.in_(TimerKind)).order_by(Timer.due_at)
    if only is not None:
        statement = statement.where(Timer.key == only)
    return [timer for timer in tx.session.scalars(statement) if not _put_aside(tx, timer) and not _waits(tx, timer)]


def _waits(tx: Transaction, timer: Timer) -> bool:
    """Return True if a timer failed and its retry isn't due yet: the others don't fail with it."""
    return timer.not_before is not None and tx.real_now < timer.not_before <= tx.real_now + queries.LONGEST_PAUSE


def _put_aside(tx: Transaction, timer: Timer) -> bool:
    """Return True if a timer can't be read; then it waits until it is repaired, and `doctor` reports it."""
    reading.empty_unreadable(timer, "not_before")  # it doesn't wait for what is no moment
    wrong = reading.problem(timer)
    if wrong is not None:
        structlog.get_logger().error("timer unreadable", timer=timer.id, why=wrong)
        timer.failures, timer.error, timer.not_before = queries.MOST_FAILURES, wrong, tx.real_now + _LOOK_AGAIN
    return wrong is not None


def _planned(timer: Timer) -> Planned:
    return Planned(timer.key, TimerKind(timer.kind), timer.due_at, timer.data)


def _carry_out(change: Change, notice: Notice) -> None:
    match notice:
        case Warning_() | ReviewDue() | TeamDue():
            _remind(change, notice)
        case Breach():
            _breach(change, notice)
        case UpdateDue() | UpdateLate() | UpdateMissed():
            _missed(change, notice)
        case PageRepeat() | PageNextRung() | PageRound():
            _PAGE[type(notice)](change, notice.page)
        case CaseReviewDue() | WatchDue():
            _follow_up(change, notice)
        case TeamChase():
            teams.chase(change, notice.team)
        case RequestWaits():
            pending_requests.remind(change, notice.request)
        case PutUpChecklist() | AskFacts() | AskOwner() | ProposalDue():
            _DO[type(notice)](change)
        case ArchiveNow():
            change.do(NewEffect(EffectKind.ARCHIVE))


def _follow_up(change: Change, notice: CaseReviewDue | WatchDue) -> None:
    """Ask one person about something that goes on after the escalation may be over."""
    if isinstance(notice, CaseReviewDue):
        case_reviews.remind(change, notice.turn)
    else:
        watches.ask(change, notice.turn)


def _remind(change: Change, notice: Warning_ | ReviewDue | TeamDue) -> None:
    """Remind the channel and the fix owner."""
    told: TimerNotice
    match notice:
        case Warning_():
            told = WarningNotice(clock=notice.clock, percent=notice.percent, due=notice.due_at)
        case TeamDue():
            told = TeamDueNotice(team=notice.team, due=notice.due_at)
        case ReviewDue():
            told = ReviewDueNotice(due=notice.due_at)
    _say(change, EffectKind.REMINDER, told)
    _tell(change, told, FIX_OWNER)


def _breach(change: Change, notice: Breach) -> None:
    """Notify the channel and those responsible, and page the manager (docs/policy.md#breaches)."""
    told = BreachNotice(clock=notice.clock, due=notice.due_at, late=notice.late)
    change.record(f"{notice.clock} breached", after={"due": _iso(notice.due_at)})
    _say(change, EffectKind.BREACH, told)
    _tell(change, told, FIX_OWNER, RELATIONSHIP_OWNER)
    cause = PageCause.RESPONSE_BREACH if notice.clock == "response" else PageCause.RESOLUTION_BREACH
    pages.start(change, cause, MANAGER, due_at=notice.told_at)


def _missed(change: Change, notice: UpdateDue | UpdateLate | UpdateMissed) -> None:
    audiences, due, late = notice.audiences, notice.due_at, notice.late
    match notice:
        case UpdateDue():
            _say(change, EffectKind.REMINDER, UpdateDueNotice(audiences=audiences, due=due, late=late))
        case UpdateLate():
            roles = [_OWNER_OF[audience] for audience in audiences]
            _tell(change, UpdateLateNotice(audiences=audiences, due=due, late=late), *roles)
        case UpdateMissed():
            kind = "customer" if CUSTOMER in notice.audiences else "internal"
            change.record("update missed", after={"audience": kind, "due": _iso(notice.due_at)})
            pages.start(change, PageCause.MISSED_UPDATE, MANAGER, due_at=notice.due_at)


def _say(change: Change, kind: EffectKind, notice: TimerNotice) -> None:
    change.do(NewEffect(kind, payload_of(notice)), in_channel=True)


def _tell(change: Change, notice: TimerNotice, *roles: str) -> None:
    """Notify each person directly, once, even if they hold two of the roles."""
    people = dict.fromkeys(change.facts.holder(role) or change.row.declared_by for role in roles)
    for person in people:
        change.notify(notice, person)


def _iso(at: datetime) -> str:
    return at.isoformat()
