"""Deletion of what was over long ago, a hundred rows per transaction. The timeline is never touched."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import BindParameter, Integer, bindparam, delete, exists, or_, select, tuple_
from sqlalchemy.orm import aliased

from bot.database import link_uses, queries, submissions
from bot.database.records import Records
from bot.database.transaction import UNSYNCHRONISED, Transaction
from bot.models.base import UtcDateTime
from bot.models.on_call import Away, ShiftTaken
from bot.models.work import Effect, EffectKind, EffectState, Timer
from bot.policy.plan.schedule import plan
from bot.policy.plan.timers import ONCE_EVER

# Five hundred held the only writer of SQLite for a third of a second.
BATCH: Final = 100
# Literals in the statement, because only then can partial indexes serve it; else each batch reads every effect.
_SETTLED: Final[BindParameter[Any]] = bindparam(
    "settled", (EffectState.DONE, EffectState.DROPPED), expanding=True, literal_execute=True
)
_WAITING: Final[BindParameter[Any]] = bindparam("waiting", EffectState.WAITING, literal_execute=True)
_BEFORE: Final[BindParameter[Any]] = bindparam("before", type_=UtcDateTime())
_MOST: Final[BindParameter[Any]] = bindparam("most", type_=Integer())
_AWAITING, _LATER = aliased(Effect), aliased(Effect)
_IS_AWAITED: Final = exists().where(_AWAITING.after_id == Effect.id, _AWAITING.state == _WAITING)
_IS_DRAWN_AGAIN: Final = exists().where(
    _LATER.kind == EffectKind.HOME,
    _LATER.state == EffectState.DONE,
    _LATER.coalesce_key == Effect.coalesce_key,
    _LATER.id > Effect.id,
)
# Built once because they run for each batch.
_OLD_EFFECTS: Final = (
    select(Effect.settled_at, Effect.id)
    .where(
        Effect.state.in_(_SETTLED),
        Effect.settled_at < _BEFORE,
        ~_IS_AWAITED,
        or_(Effect.kind != EffectKind.HOME, Effect.state != EffectState.DONE, _IS_DRAWN_AGAIN),
    )
    .order_by(Effect.settled_at, Effect.id)
    .limit(_MOST)
)
_OLD_TIMERS: Final = (
    select(Timer.fired_at, Timer.id, Timer.key, Timer.escalation_id)
    .where(Timer.fired_at < _BEFORE, Timer.kind.not_in(ONCE_EVER))
    .order_by(Timer.fired_at, Timer.id)
    .limit(_MOST)
)

Cursor = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class RemovedRows:
    """The number of deleted rows, and where to continue; None at the end."""

    rows: int
    go_on: Cursor | None


@dataclass(frozen=True)
class Retention:
    """Delete what was settled, or over, `keep` ago."""

    records: Records
    keep: timedelta

    def effects(self, after: Cursor | None = None, *, batch: int = BATCH) -> RemovedRows:
        """Delete a batch of settled effects, oldest first.

        Kept are those another one still waits for, and the last one that drew a Home tab, which shows whose tab must be
        redrawn when something becomes confidential.
        """
        with self.records.database.transaction() as tx:
            statement = _OLD_EFFECTS
            if after is not None:
                statement = statement.where(tuple_(Effect.settled_at, Effect.id) > after)
            rows = tx.session.execute(statement, {"before": tx.real_now - self.keep, "most": batch}).all()
            _remove(tx, Effect, [row.id for row in rows])
        return RemovedRows(len(rows), _go_on(rows, batch))

    def timers(self, after: Cursor | None = None, *, batch: int = BATCH) -> RemovedRows:
        """Check a batch of fired timers, oldest first, and delete those that can't be planned any more.

        A timer still in its escalation's plan (an update overdue for weeks) is kept, because otherwise it would fire
        again.
        """
        with self.records.database.transaction() as tx:
            statement = _OLD_TIMERS
            if after is not None:
                statement = statement.where(tuple_(Timer.fired_at, Timer.id) > after)
            rows = tx.session.execute(statement, {"before": tx.now - self.keep, "most": batch}).all()
            planned = self._planned(tx, {row.escalation_id for row in rows if row.escalation_id is not None})
            removable = [row.id for row in rows if row.key not in planned]
            _remove(tx, Timer, removable)
        return RemovedRows(len(removable), _go_on(rows, batch))

    def duties(self, _after: Cursor | None = None, *, batch: int = BATCH) -> RemovedRows:
        """Delete a batch of shifts taken over, and one of absences, that ended long ago.

        An absence of which its person hasn't been told that it is over is kept.
        """
        with self.records.database.transaction() as tx:
            before = tx.now - self.keep
            shifts = select(ShiftTaken.ends_at, ShiftTaken.id).where(ShiftTaken.ends_at < before)
            told = (Away.ends_at < before, Away.back_told_at.is_not(None))
            absences = select(Away.ends_at, Away.id).where(*told)
            found = [
                (table, tx.session.execute(statement.order_by(table.ends_at, table.id).limit(batch)).all())
                for table, statement in ((ShiftTaken, shifts), (Away, absences))
            ]
            for table, rows in found:
                _remove(tx, table, [row.id for row in rows])
            full = next((rows for _, rows in found if len(rows) == batch), [])
        return RemovedRows(sum(len(rows) for _, rows in found), _go_on(full, batch))

    def forms(self, _after: Cursor | None = None) -> RemovedRows:
        """Delete the records of old forms; two days of them are kept."""
        with self.records.database.transaction() as tx:
            return RemovedRows(submissions.forget(tx), None)

    def links(self, _after: Cursor | None = None) -> RemovedRows:
        """Delete the records of links used long ago."""
        with self.records.database.transaction() as tx:
            return RemovedRows(link_uses.forget(tx), None)

    def _planned(self, tx: Transaction, numbers: Collection[int]) -> set[str]:
        archive_after = self.records.service_settings.archive_after
        return {
            timer.key
            for row in queries.escalations(tx.session, sorted(numbers)).values()
            for timer in plan(row.facts(), self.records.policies.of(row.policy), archive_after=archive_after)
        }


def _remove(tx: Transaction, table: type[Effect | Timer | ShiftTaken | Away], ids: Sequence[int]) -> None:
    """Delete rows, but not those that another replica is deleting: neither waits for the other."""
    free = select(table.id).where(table.id.in_(ids)).with_for_update(skip_locked=True)
    if ids:
        tx.session.execute(delete(table).where(table.id.in_(free)), execution_options=UNSYNCHRONISED)


def _go_on(rows: Sequence[Any], batch: int) -> Cursor | None:
    """Return the position of the last row; each begins with its settling time and its id."""
    return (rows[-1][0], rows[-1][1]) if len(rows) == batch else None
