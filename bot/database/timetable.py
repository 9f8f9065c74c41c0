"""Keeps the timers of an escalation in line with the plan of the policy."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, delete, or_, select, update

from bot.database.bulk import BulkDelete, BulkInsert, read_past_held
from bot.database.transaction import UNSYNCHRONISED, Transaction
from bot.models.base import Base
from bot.models.work import RANKS, Timer, timer_priority
from bot.policy.model.rules import Policy
from bot.policy.plan.schedule import plan
from bot.policy.plan.timers import Planned, TimerKind
from bot.policy.record.escalation import EscalationFacts

# Timers are written with Core, not the session, as effects are.
_TABLE = Base.metadata.tables[Timer.__tablename__]
# Built once: every change runs them.
_WAITING_OR_PLANNED = select(Timer.key, Timer.fired_at).where(
    or_(
        and_(Timer.escalation_id == bindparam("number"), Timer.fired_at.is_(None)),
        Timer.key.in_(bindparam("planned", expanding=True)),
    )
)
_COLUMNS = ("key", "escalation_id", "kind", "priority", "due_at", "data", "failures")
_ADD = BulkInsert(_TABLE, _COLUMNS, skips_known=True, unique="key")
_DELETE = BulkDelete(_TABLE, "key", only_if='"fired_at" IS NULL')


# The existing timers of an escalation: when they fired (or None), by key.
ExistingTimers = Mapping[str, datetime | None]


@dataclass(frozen=True, slots=True)
class TimetableUpdate:
    """The result: how many timers were wrong, and when the earliest unfired one is due."""

    wrong: int
    next_due_at: datetime | None


def bring_in_line(tx: Transaction, facts: EscalationFacts, policy: Policy, archive_after: timedelta) -> TimetableUpdate:
    """Delete the timers that are no longer planned and add those that are missing.

    A fired timer stays fired: its key is taken. Of these only the planned ones are read, however many have fired.
    """
    wanted = {timer.key: timer for timer in plan(facts, policy, archive_after=archive_after)}
    which = {"number": facts.number, "planned": list(wanted)}
    rows = read_past_held(tx.session, _WAITING_OR_PLANNED, which, _TABLE).all()
    stale, missing, next_due_at = _compared(wanted, {row.key: row.fired_at for row in rows})
    _DELETE.hold(tx.session, stale)
    add(tx, facts.number, missing, rank=policy.rank(facts.level))
    return TimetableUpdate(len(stale) + len(missing), next_due_at)


def keep_only(tx: Transaction, kind: TimerKind, wanted: Sequence[Planned]) -> None:
    """Make the waiting timers of a kind, which are of no escalation, those that are wanted.

    One that is due already is left alone: it is about to fire. One that fired stays fired, because its key is taken.
    """
    waiting = (Timer.kind == kind, Timer.fired_at.is_(None), Timer.due_at > tx.now)
    known = dict(tx.session.execute(select(Timer.key, Timer.due_at).where(*waiting)).all())
    kept = {each.key for each in wanted if known.get(each.key) == each.due_at}
    if stale := known.keys() - kept:
        tx.session.execute(delete(Timer).where(Timer.key.in_(stale), Timer.fired_at.is_(None)))
    add(tx, None, [each for each in wanted if each.key not in kept])


def take_due(tx: Transaction, key: str, kind: TimerKind) -> Timer | None:
    """Return a timer of no escalation, marked as fired; None if it isn't of that kind, has fired, or is another's.

    Another worker that fires it holds its lock, which isn't waited for.
    """
    waiting = select(Timer).where(Timer.key == key, Timer.kind == kind, Timer.fired_at.is_(None))
    timer = tx.session.scalars(waiting.with_for_update(skip_locked=True)).one_or_none()
    if timer is not None:
        timer.fired_at = tx.now
        tx.session.flush()
    return timer


def is_in_line(wanted: Iterable[Planned], existing: ExistingTimers, next_due_at: datetime | None) -> bool:
    """Return True if the existing timers match the plan, and the earliest is stored correctly."""
    stale, missing, expected = _compared({timer.key: timer for timer in wanted}, existing)
    return not stale and not missing and expected == next_due_at


def existing_timers(tx: Transaction, wanted: Mapping[int, Sequence[Planned]]) -> Mapping[int, ExistingTimers]:
    """Return the timers of some escalations: the waiting ones, and the planned ones that have fired."""
    found: dict[int, dict[str, datetime | None]] = {number: {} for number in wanted}
    planned = Timer.key.in_([timer.key for timers in wanted.values() for timer in timers])
    waiting = and_(Timer.escalation_id.in_(wanted), Timer.fired_at.is_(None))
    columns = (Timer.escalation_id, Timer.key, Timer.fired_at)
    for number, key, fired_at in tx.session.execute(select(*columns).where(or_(waiting, planned))):
        if number in found:
            found[number][key] = fired_at
    return found


def _compared(
    wanted: Mapping[str, Planned], existing: ExistingTimers
) -> tuple[list[str], list[Planned], datetime | None]:
    """Return the keys to delete, the timers to add, and when the earliest unfired one is due."""
    stale = [key for key, fired_at in existing.items() if fired_at is None and key not in wanted]
    missing = [timer for key, timer in wanted.items() if key not in existing]
    ahead = [timer.due_at for key, timer in wanted.items() if existing.get(key) is None]
    return stale, missing, min(ahead, default=None)


def rerank(tx: Transaction, escalation: int, rank: int) -> None:
    """Change the priority of an escalation's waiting timers to that of its new level."""
    waiting = (Timer.escalation_id == escalation, Timer.fired_at.is_(None))
    place = Timer.priority - Timer.priority % RANKS + min(rank, RANKS - 1)
    tx.session.execute(update(Timer).where(*waiting).values(priority=place), execution_options=UNSYNCHRONISED)


def add(tx: Transaction, escalation: int | None, timers: Sequence[Planned], *, rank: int = 0) -> None:
    """Add timers; a timer whose key exists already, fired or not, is left as it is.

    `rank` is that of the escalation's level (`Policy.rank`): among equally urgent timers the heavier fires first.
    """
    if not timers:
        return
    rows: list[dict[str, Any]] = [
        {
            "key": timer.key,
            "escalation_id": escalation,
            "kind": timer.kind,
            "priority": timer_priority(timer.kind, rank),
            "due_at": timer.due_at,
            "data": dict(timer.data),
            "failures": 0,
        }
        for timer in timers
    ]
    _ADD.hold(tx.session, rows)
