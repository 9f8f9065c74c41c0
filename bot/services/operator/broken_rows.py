"""Finds rows that can't be read: written by another version, damaged, or edited by hand with a mistake.

Everything else skips them, so this is where an operator finds them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from sqlalchemy import RowMapping, Table, select, text, tuple_

from bot.database import queries
from bot.database.policies import Policies
from bot.database.transaction import Database, Transaction
from bot.errors import UnreadableRecord
from bot.models import reading
from bot.models.base import Base
from bot.models.escalation import Escalation
from bot.models.policy_version import PolicyVersion
from bot.models.work import Timer
from bot.policy.model.rules import Policy
from bot.policy.plan.timers import TimerKind, plan
from bot.policy.record.escalation import EscalationFacts
from bot.services.operator.findings import Finding, State

_ROWS: Final = 1000
_WHOLE: Final = 100
_LINES: Final = 20
_DO: Final = (
    "If a newer version has run on this database, run that one. Otherwise correct the row in the database, or take it "
    "from a backup. Then run `escalate doctor --retry`."
)
# The value doesn't matter here: only whether a plan can be made.
_ARCHIVE_AFTER: Final = timedelta(days=1)


# What is tried with each escalation that can be read, such as drawing it. It raises what goes wrong.
Trial = Callable[[EscalationFacts, Policy, datetime], object]


def examine(database: Database, policies: Policies, trial: Trial | None = None) -> Iterator[Finding]:
    """Yield a finding for each place that can't be read."""
    broken = found(database, policies, trial)
    for place, wrong in islice(broken.items(), _LINES):
        yield Finding("records", State.WRONG, f"{place} can't be read: {wrong}", _DO)
    if len(broken) > _LINES:
        yield Finding("records", State.WRONG, f"{len(broken) - _LINES} more rows can't be read", _DO)
    if not broken:
        yield Finding("records", State.OK, "every row can be read")


def found(database: Database, policies: Policies, trial: Trial | None = None) -> Mapping[str, str]:
    """Read everything, a batch at a time; return what can't be read by its place, and why."""
    broken: dict[str, str] = {}
    for table in Base.metadata.sorted_tables:
        for place, wrong in _of_table(database, table):
            broken.setdefault(place, wrong)
    for place, wrong in (*_of_policies(database, policies), *_of_escalations(database, policies, trial)):
        broken.setdefault(place, wrong)
    for place, wrong in _without_parents(database):
        broken.setdefault(place, wrong)
    return broken


def _of_table(database: Database, table: Table) -> Iterator[tuple[str, str]]:
    """Check each row against its columns."""
    keys = list(table.primary_key.columns)
    last: tuple[Any, ...] | None = None
    while True:
        statement = select(table).order_by(*keys).limit(_ROWS)
        if last is not None:
            statement = statement.where(tuple_(*keys) > tuple_(*last))
        with database.transaction() as tx:
            rows = tx.session.execute(statement).mappings().all()
        for row in rows:
            if wrong := ", ".join((*reading.problems(table, tuple(row.values())), *_unknown_kind(table, row))):
                key = {column.name: row[column.name] for column in keys}
                yield reading.place(table.name, key, row.get("escalation_id")), wrong
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


def _of_escalations(database: Database, policies: Policies, trial: Trial | None) -> Iterator[tuple[str, str]]:
    """Load each escalation whole and plan its timers, as all work on it does."""
    last = 0
    while True:
        with database.transaction() as tx:
            following = select(Escalation.id).where(Escalation.id > last).order_by(Escalation.id).limit(_WHOLE)
            numbers = tx.session.scalars(following).all()
            broken = list(_whole(tx, numbers, policies, trial))
        yield from broken
        if len(numbers) < _WHOLE:
            return
        last = numbers[-1]


def _whole(
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
        # Keeps a hundred thousand of them from staying in memory.
        tx.session.expunge(row)


def _without_parents(database: Database) -> Iterator[tuple[str, str]]:
    """Find rows with dangling foreign keys. PostgreSQL prevents these."""
    if not database.is_sqlite:
        return
    with database.transaction() as tx:
        for table, rowid, parent, _ in tx.session.execute(text("PRAGMA foreign_key_check")):
            yield f"{table} row {rowid}", f"it refers to a row of {parent} that is missing"
