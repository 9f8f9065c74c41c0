"""Finds rows that can't be read: written by another version, damaged, or edited by hand with a mistake.

Everything else skips them, so this is where an operator finds them. What is open is read, planned and drawn one by one.
Years of closed escalations would take minutes, so by default their rows are only searched in SQL, newest first and for
a limited time.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, Table, func, or_, select, text, true, tuple_

from bot.database import queries, suspicion
from bot.database.policies import Policies
from bot.database.transaction import Database, Transaction
from bot.errors import UnreadableRecord
from bot.models import reading
from bot.models.base import Base
from bot.models.escalation import Escalation
from bot.models.policy_version import PolicyVersion
from bot.models.work import UNSETTLED, Effect, EffectState, Timer
from bot.policy.model.rules import Policy
from bot.policy.plan.schedule import plan
from bot.policy.plan.timers import TimerKind
from bot.policy.record.escalation import EscalationFacts, Status
from bot.services.operator.findings import Finding, Grade

_ROWS: Final = 1000
_WHOLE: Final = 100
_LINES: Final = 20
# More broken rows than these are counted only: nobody repairs them by hand.
_MOST: Final = 2000
# How many closed escalations, the newest, are looked at like open ones.
_NEWEST: Final = 500
# How many closed escalations are searched in one go, and for how long in all.
_SEARCHED: Final = 5000
_SEARCH: Final = timedelta(seconds=5)
_DO: Final = (
    "If a newer version has run on this database, run that one. Otherwise correct the row in the database, or take it "
    "from a backup. Then run `escalate doctor --retry`."
)
_DO_ALL: Final = "Run `escalate doctor --all` to look at each of them; it takes minutes."
# The value doesn't matter here: only whether a plan can be made.
_ARCHIVE_AFTER: Final = timedelta(days=1)


# What is tried with each escalation that can be read, such as drawing it. It raises what goes wrong.
Trial = Callable[[EscalationFacts, Policy, datetime], object]
# Called with what has been looked at and what there is.
Progress = Callable[[int, int], object]


@dataclass
class BrokenRows:
    """Unreadable rows by their place, with the reason; and the closed escalations that were not checked whole."""

    why: dict[str, str] = field(default_factory=dict)
    uncounted: int = 0
    # Closed escalations that were only searched in SQL, and those that were not even searched.
    searched: int = 0
    untouched: int = 0

    def note(self, found: Iterator[tuple[str, str]]) -> None:
        """Add what was found, once for each place."""
        for place, wrong in found:
            if len(self.why) < _MOST:
                self.why.setdefault(place, wrong)
            elif place not in self.why:
                self.uncounted += 1


def examine(
    database: Database, policies: Policies, trial: Trial | None = None, progress: Progress | None = None
) -> Iterator[Finding]:
    """Yield a finding for each place that can't be read. With `progress` everything is looked at whole."""
    broken = search(database, policies, trial) if progress is None else read_all(database, policies, trial, progress)
    for place, wrong in islice(broken.why.items(), _LINES):
        yield Finding("records", Grade.WRONG, f"{place} can't be read: {wrong}", _DO)
    more = len(broken.why) - _LINES + broken.uncounted
    if more > 0:
        yield Finding("records", Grade.WRONG, f"{more} more rows can't be read", _DO)
    is_whole = not broken.searched and not broken.untouched
    if not broken.why:
        says = "every row can be read" if is_whole else "every row that was looked at can be read"
        yield Finding("records", Grade.OK, says)
    if broken.searched:
        says = f"{_closed(broken.searched)} only searched for values that can't be read, not loaded and drawn"
        yield Finding("records", Grade.OK, says, None if broken.untouched else _DO_ALL)
    if broken.untouched:
        says = f"{_closed(broken.untouched)} not looked at, to save time"
        yield Finding("records", Grade.OK, says, _DO_ALL)


def found(database: Database, policies: Policies, trial: Trial | None = None) -> Mapping[str, str]:
    """Return what can't be read by its place, and why, as far as it is looked for by default."""
    return search(database, policies, trial).why


def read_all(
    database: Database, policies: Policies, trial: Trial | None = None, progress: Progress = lambda *_: None
) -> BrokenRows:
    """Read everything, a batch at a time."""
    broken, done = BrokenRows(), 0
    tables = Base.metadata.sorted_tables
    with database.transaction() as tx:
        counts = [tx.session.scalars(select(func.count()).select_from(table)).one() for table in tables]
        escalations = tx.session.scalars(select(func.count(Escalation.id))).one()
    total = sum(counts) + escalations

    def counted(batch: int) -> None:
        nonlocal done
        done += batch
        progress(done, total)

    for table in tables:
        broken.note(_of_table(database, table, true(), counted))
    broken.note(_of_policies(database, policies))
    for numbers in _numbers(database, true(), _WHOLE):
        broken.note(_whole(database, numbers, policies, trial))
        counted(len(numbers))
    broken.note(_without_parents(database))
    return broken


def search(database: Database, policies: Policies, trial: Trial | None = None) -> BrokenRows:
    """Read what is open and what still has to be done; search the rest in SQL, for a limited time."""
    broken = BrokenRows()
    for table in Base.metadata.sorted_tables:
        if _number_of(table) is None:
            broken.note(_of_table(database, table, _suspicious(table, on_sqlite=database.is_sqlite, deeply=True)))
    broken.note(_of_policies(database, policies))
    for table, in_use in _IN_USE:
        broken.note(_of_table(database, table, in_use))
    with database.transaction() as tx:
        is_closed = Escalation.status == Status.CLOSED
        newest = select(Escalation.id).where(is_closed).order_by(Escalation.id.desc()).limit(1).offset(_NEWEST)
        # The newest closed escalation that isn't looked at whole.
        last = tx.session.scalars(newest).one_or_none() or 0
        closed = tx.session.scalars(select(func.count()).where(is_closed, Escalation.id <= last)).one()
    whole = or_(Escalation.status != Status.CLOSED, Escalation.status.is_(None), Escalation.id > last)
    for numbers in _numbers(database, whole, _ROWS):
        broken.note(_of_escalations(database, numbers))
        for first in range(0, len(numbers), _WHOLE):
            broken.note(_whole(database, numbers[first : first + _WHOLE], policies, trial))
    broken.note(_of_none(database))
    broken.untouched = _search_closed(database, last, broken)
    broken.searched = closed - broken.untouched
    broken.note(_without_parents(database))
    return broken


def _search_closed(database: Database, last: int, broken: BrokenRows) -> int:
    """Search the rows of escalations up to this number, newest first; return how many closed ones are left."""
    until = database.real_clock.now() + _SEARCH
    while last > 0 and database.real_clock.now() < until:
        first = max(0, last - _SEARCHED)
        for table in Base.metadata.sorted_tables:
            number = _number_of(table)
            if number is not None:
                suspicious = _suspicious(table, on_sqlite=database.is_sqlite)
                broken.note(_of_table(database, table, number.between(first + 1, last) & suspicious))
        last = first
    with database.transaction() as tx:
        left = select(func.count()).where(Escalation.status == Status.CLOSED, Escalation.id <= last)
        return tx.session.scalars(left).one()


def _closed(count: int) -> str:
    return f"{count:,} closed escalation{' was' if count == 1 else 's were'}"


# What still has to be done, whatever it belongs to.
_IN_USE: Final[Sequence[tuple[Table, ColumnElement[bool]]]] = (
    (Base.metadata.tables[Timer.__tablename__], Timer.fired_at.is_(None)),
    (Base.metadata.tables[Effect.__tablename__], Effect.state.in_((*UNSETTLED, EffectState.PARKED))),
)


def _number_of(table: Table) -> ColumnElement[int] | None:
    """Return the column that says which escalation a row belongs to; None if rows belong to none."""
    return table.columns.get("id" if table.name == Escalation.__tablename__ else "escalation_id")


@cache
def _suspicious(table: Table, *, on_sqlite: bool, deeply: bool = False) -> ColumnElement[bool]:
    condition = suspicion.suspicious(table, on_sqlite=on_sqlite, deeply=deeply)
    if table.name == Timer.__tablename__:
        return or_(condition, Timer.kind.not_in(TimerKind))
    return condition


def _of_escalations(database: Database, numbers: Sequence[int]) -> Iterator[tuple[str, str]]:
    """Check the rows of these escalations."""
    settled = {table for table, _ in _IN_USE}
    for table in Base.metadata.sorted_tables:
        number = _number_of(table)
        if number is not None:
            condition = _suspicious(table, on_sqlite=database.is_sqlite, deeply=table not in settled)
            yield from _of_table(database, table, number.in_(numbers) & condition)


def _of_none(database: Database) -> Iterator[tuple[str, str]]:
    """Search the rows that belong to no escalation, or name one that can't exist: SQLite orders text after numbers."""
    with database.transaction() as tx:
        highest = tx.session.scalars(select(func.max(Escalation.id))).one() or 0
    for table in Base.metadata.sorted_tables:
        number = _number_of(table)
        if number is not None and table.name != Escalation.__tablename__:
            none = or_(number.is_(None), number > highest)
            yield from _of_table(database, table, none & _suspicious(table, on_sqlite=database.is_sqlite))


def _of_table(
    database: Database, table: Table, condition: ColumnElement[bool], counted: Callable[[int], object] = lambda _: None
) -> Iterator[tuple[str, str]]:
    """Check each row that meets the condition against its columns."""
    keys = list(table.primary_key.columns)
    last: tuple[Any, ...] | None = None
    while True:
        statement = select(table).where(condition).order_by(*keys).limit(_ROWS)
        if last is not None:
            statement = statement.where(tuple_(*keys) > tuple_(*last))
        with database.transaction() as tx:
            rows = tx.session.execute(statement).mappings().all()
        for row in rows:
            if wrong := ", ".join((*reading.problems(table, tuple(row.values())), *_unknown_kind(table, row))):
                key = {column.name: row[column.name] for column in keys}
                yield reading.place(table.name, key, row.get("escalation_id")), wrong
        counted(len(rows))
        if len(rows) < _ROWS:
            return
        last = tuple(rows[-1][column.name] for column in keys)


def _unknown_kind(table: Table, row: RowMapping) -> Iterator[str]:
    """Yield the kind of a timer if this version doesn't know it: its column is plain text."""
    if table.name == Timer.__tablename__ and isinstance(row["kind"], str) and row["kind"] not in set(TimerKind):
        yield f"kind is {row['kind']!r}"


def _of_policies(database: Database, policies: Policies) -> Iterator[tuple[str, str]]:
    with database.transaction() as tx:
        for row in tx.session.scalars(select(PolicyVersion).order_by(PolicyVersion.id)):
            try:
                policies.of(row)
            except UnreadableRecord as error:
                yield error.what, error.why


def _numbers(database: Database, condition: ColumnElement[bool], batch: int) -> Iterator[Sequence[int]]:
    """Yield the numbers of the escalations that meet the condition, a batch at a time."""
    last = 0
    while True:
        following = select(Escalation.id).where(condition, Escalation.id > last).order_by(Escalation.id).limit(batch)
        with database.transaction() as tx:
            numbers = tx.session.scalars(following).all()
        if numbers:
            yield numbers
        if len(numbers) < batch:
            return
        last = numbers[-1]


def _whole(
    database: Database, numbers: Sequence[int], policies: Policies, trial: Trial | None
) -> Iterator[tuple[str, str]]:
    """Load each escalation whole and plan its timers, as all work on it does."""
    with database.transaction() as tx:
        yield from list(_tried(tx, numbers, policies, trial))


def _tried(
    tx: Transaction, numbers: Sequence[int], policies: Policies, trial: Trial | None
) -> Iterator[tuple[str, str]]:
    for row in queries.escalations(tx.session, numbers).values():
        try:
            facts, policy = policies.read(row)
            plan(facts, policy, archive_after=_ARCHIVE_AFTER)
            if trial is not None:
                trial(facts, policy, tx.now)
        except UnreadableRecord as error:
            yield error.what, error.why
        except Exception as error:  # noqa: BLE001 - whatever goes wrong with one, it is named
            yield row.key, str(error) or repr(error)


def _without_parents(database: Database) -> Iterator[tuple[str, str]]:
    """Find rows with dangling foreign keys. PostgreSQL prevents these."""
    if not database.is_sqlite:
        return
    with database.transaction() as tx:
        for table, rowid, parent, _ in tx.session.execute(text("PRAGMA foreign_key_check")):
            yield f"{table} row {rowid}", f"it refers to a row of {parent} that is missing"
