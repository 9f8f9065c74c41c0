"""Firing of timers: for one escalation, in one transaction, everything that is due at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

import structlog
from sqlalchemy import select

from bot.database import ledger, queries
from bot.database.change import Change
from bot.database.outbox import NewEffect
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.models import reading
from bot.models.work import EffectKind, Timer
from bot.policy.plan import actions
from bot.policy.plan.actions import (
    ArchiveNow,
    AskOwner,
    LevelRequestWaits,
    PageNextRung,
    PageRepeat,
    PageRound,
    ProposalDue,
    TimerAction,
    WatchDue,
    WatchLook,
)
from bot.policy.plan.approvals import ApprovalLapses
from bot.policy.plan.chases import TeamChase
from bot.policy.plan.handovers import HandoverLapses
from bot.policy.plan.reminders.registry import KINDS, ReminderNotice
from bot.policy.plan.reminders.reminder import Due, Reminder
from bot.policy.plan.reminders.update_missed import UpdateMissed
from bot.policy.plan.stored_notices import payload_of
from bot.policy.plan.timers import Planned, TimerKind
from bot.policy.plan.unresolved import BringIn
from bot.policy.plan.waiting import WaitEnds
from bot.policy.record.escalation import FIX_OWNER, MANAGER
from bot.services.incidents.incidents import look_at_status_page
from bot.services.intake.intake import ask_owner
from bot.services.levels import pending_level_requests
from bot.services.levels.levels import fill_role
from bot.services.paging import pages, unresolved
from bot.services.people import handovers
from bot.services.programmes.proposals import accept_automatically
from bot.services.sending import approvals
from bot.services.teams import teams
from bot.services.waiting import waits
from bot.services.watch import watches

# Timers whose action needs nothing but the change.
_DO: dict[type[AskOwner | ProposalDue | WaitEnds], Callable[[Change], None]] = {
    AskOwner: ask_owner,
    ProposalDue: accept_automatically,
    WaitEnds: waits.lapse,
}
_PAGE: dict[type[PageRepeat | PageNextRung | PageRound], Callable[[Change, int], None]] = {
    PageRepeat: pages.repeat,
    PageNextRung: pages.next_rung,
    PageRound: pages.restart_ladder,
}
_OF_UPDATES = frozenset(
    {TimerKind.UPDATE_DUE, TimerKind.UPDATE_LATE, TimerKind.UPDATE_MISSED, TimerKind.MANAGER_UPDATE}
)
# How long after it was due a timer that can't be read is looked at again.
_LOOK_AGAIN = timedelta(minutes=10)


@dataclass(frozen=True)
class TimerRunner:
    """Fire the timers of escalations: reminders, and whatever else is due."""

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
            _carry_out(change, [_planned(timer) for timer in due])
            change.redraw_overdue_topic([timer.due_at for timer in due])
            change.redraw_overdue_update([timer.due_at for timer in due])
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
    reading.empty_unreadable(timer, "not_before")  # ignore an unreadable retry time
    wrong = reading.problem(timer)
    if wrong is not None:
        structlog.get_logger().error("timer unreadable", timer=timer.id, why=wrong)
        timer.failures, timer.error, timer.not_before = queries.MOST_FAILURES, wrong, tx.real_now + _LOOK_AGAIN
    return wrong is not None


def _planned(timer: Timer) -> Planned:
    return Planned(timer.key, TimerKind(timer.kind), timer.due_at, timer.data)


def _carry_out(change: Change, timers: Sequence[Planned]) -> None:
    """Send the due reminders, then do the rest. Each kind of reminder sees what those before it have changed."""
    kinds = {timer.kind for timer in timers}
    if kinds & _OF_UPDATES:
        ledger.catch_up(change)
    for kind in KINDS:
        if kind.timer in kinds:
            for reminder in kind.decide(Due(timers, change.facts, change.policy, change.tx.now)):
                _remind(change, reminder)
    if TimerKind.STATUS_PAGE in kinds:
        look_at_status_page(change.tx, is_read=change.service_settings.reads_status_page)
    for action in actions.decide(Due(timers, change.facts, change.policy, change.tx.now)):
        _act(change, action)


def _remind(change: Change, reminder: Reminder[ReminderNotice]) -> None:
    """Post a reminder in the channel and directly, and page the people it names."""
    if reminder.event is not None:
        change.record(reminder.event, after=reminder.recorded)
    if reminder.in_channel:
        kind = EffectKind.BREACH if reminder.is_breach else EffectKind.REMINDER
        change.do(NewEffect(kind, payload_of(reminder.notice)), in_channel=True)
    if reminder.page is not None:
        page = reminder.page
        for role in page.beside:
            fill_role(change, role)
        if page.beside:
            roles = (page.role, *page.beside)
            pages.start_all(change, page.cause, roles, due_at=page.due_at, page_at=page.page_at)
        else:
            pages.start(change, page.cause, page.role, due_at=page.due_at, page_at=page.page_at)
    paged = pages.reached(change) if reminder.yields_to_pages else frozenset()
    for person in reminder.people:
        if person not in paged:
            change.notify(reminder.notice, _able(change, person) if reminder.stands_in else person)
    if reminder.recurs is not None:
        change.row.reminded = {**change.row.reminded, reminder.recurs: change.tx.now.isoformat()}


def _able(change: Change, person: str) -> str:
    """Return somebody, or who can act for them: who stands in while they are away, else the fix owner or the manager.

    The fix owner and the manager are asked if the person has left, or may not see the escalation any more.
    """
    facts = change.facts
    known = (change.present(person), facts.holder(FIX_OWNER), facts.holder(MANAGER), facts.declared_by)
    fit = (
        one
        for one in known
        if one is not None
        and change.people.can_act(change.tx, one) is not False
        and (not facts.is_private or change.people.may_see(change.tx, facts, change.policy, one))
    )
    return next(fit, person)


def _act(change: Change, action: TimerAction) -> None:  # noqa: C901 - a case each
    match action:
        case UpdateMissed():
            pages.update_missed(change, action.audiences, due_at=action.due_at, page_at=action.page_at)
        case PageRepeat() | PageNextRung() | PageRound():
            _PAGE[type(action)](change, action.page)
        case BringIn():
            unresolved.bring_in(change, action.roles)
        case HandoverLapses():
            handovers.lapse(change, action.role)
        case ApprovalLapses():
            approvals.lapse(change, action.text)
        case WatchDue():
            watches.ask(change, action.day)
        case WatchLook():
            watches.look(change)
        case TeamChase():
            teams.chase(change, action)
        case LevelRequestWaits():
            pending_level_requests.remind(change, action.request)
        case AskOwner() | ProposalDue() | WaitEnds():
            _DO[type(action)](change)
        case ArchiveNow():
            change.archive()
        case _:
            assert_never(action)
