"""The schema check: the tables, columns and indexes of a database, compared with those this program needs.

The revision alone isn't enough: if a migration was edited after a database went through it, that database lacks what
was added.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Index, Table, UniqueConstraint, inspect, literal, select
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

from bot.models import (  # noqa: F401 - importing them is what makes their tables known
    account,
    action_items,
    captures,
    case_review,
    checklist,
    clocks,
    customer_questions,
    customer_text,
    digest_choice,
    directory,
    drills,
    escalation,
    external_message,
    hot_list,
    incident,
    intake,
    known_bot,
    level_request,
    links,
    mails,
    measures,
    on_call,
    outcomes,
    pages,
    people,
    policy_version,
    programme,
    promises,
    renewals,
    replicas,
    review,
    review_document,
    sponsor_choice,
    status_calls,
    status_page,
    timeline,
    tracked_message,
    trainees,
    updates,
    verification,
    watch,
    work,
)
from bot.models.base import Base

# The advisory lock for schema changes on PostgreSQL. The number is arbitrary.
MIGRATING = 7_314_002

_BY_NAME = {table.name: table for table in Base.metadata.sorted_tables}


@dataclass(frozen=True, slots=True)
class Difference:
    """A flaw of the schema: a missing table, column, index or unique constraint.

    Or a required column that this program leaves empty.
    """

    table: Table
    column: Column[Any] | None = None
    index: Index | None = None
    unique: UniqueConstraint | None = None
    left_over: str | None = None

    def __str__(self) -> str:
        if self.left_over is not None:
            return f"column {self.table.name}.{self.left_over} must have a value, which this version doesn't write"
        if self.column is not None:
            return f"column {self.table.name}.{self.column.name} is missing"
        if self.index is not None:
            return f"index {self.index.name} is missing"
        if self.unique is not None:
            return f"constraint {self.unique.name} is missing"
        return f"table {self.table.name} is missing"


def differences(connection: Connection, wanted: Iterable[Table] | None = None) -> list[Difference]:
    """Return what keeps this program from working with these tables, in the order in which it can be added.

    `wanted` are the tables of an earlier revision; for these, only what is missing counts.
    """
    inspector = inspect(connection)
    # Each of these is one statement on PostgreSQL, and one per table on SQLite.
    columns = {name: found for (_, name), found in inspector.get_multi_columns().items()}
    indexes = {name: found for (_, name), found in inspector.get_multi_indexes().items()}
    uniques = {name: found for (_, name), found in inspector.get_multi_unique_constraints().items()}
    found: list[Difference] = []
    for table in _BY_NAME.values() if wanted is None else wanted:
        name = table.name
        if name not in columns:
            found.append(Difference(table))
            continue
        found += _of_columns(table, columns[name], is_past=wanted is not None)
        there = {index["name"] for index in indexes.get(name, [])}
        found += [
            Difference(table, index=index)
            for index in sorted(table.indexes, key=lambda index: str(index.name))
            if index.name not in there
        ]
        found += _of_uniques(table, [*uniques.get(name, []), *(each for each in indexes[name] if each["unique"])])
    return found


def _of_uniques(table: Table, there: Sequence[Mapping[str, Any]]) -> Iterator[Difference]:
    held = {frozenset(each["column_names"]) for each in there}
    for constraint in sorted(table.constraints, key=lambda each: str(each.name)):
        if isinstance(constraint, UniqueConstraint) and frozenset(constraint.columns.keys()) not in held:
            yield Difference(table, unique=constraint)


def _of_columns(table: Table, there: Sequence[Any], *, is_past: bool) -> Iterator[Difference]:
    by_name = {column["name"]: column for column in there}
    for column in table.columns:
        if column.name not in by_name:
            yield Difference(table, column=column)
    if is_past:
        return  # extra columns may belong to a later revision
    for name, column in by_name.items():
        ours = table.columns.get(name)
        is_left_empty = ours is None or (ours.nullable and not ours.primary_key)
        if is_left_empty and not column["nullable"] and column["default"] is None:
            yield Difference(table, left_over=name)


def add(connection: Connection, missing: Sequence[Difference]) -> list[Difference]:
    """Repair what needs no guessing and loses no value; return what is left."""
    left: list[Difference] = []
    for difference in missing:
        lacks_a_column = any(other.table is difference.table and other.column is not None for other in left)
        if not _put_right(connection, difference, lacks_a_column=lacks_a_column):
            left.append(difference)
    return left


def _put_right(connection: Connection, difference: Difference, *, lacks_a_column: bool) -> bool:
    table = difference.table
    if difference.left_over is not None:
        return _drop_column(connection, table, difference.left_over)
    if difference.column is not None:
        return _add_column(connection, table, difference.column)
    if difference.index is None and difference.unique is None:
        connection.execute(CreateTable(table))
        for index in table.indexes:
            connection.execute(CreateIndex(index))
    elif lacks_a_column:
        return False  # it may be of a column that couldn't be added
    elif difference.index is not None:
        connection.execute(CreateIndex(difference.index))
    elif difference.unique is not None:
        _make_unique(connection, table, difference.unique)
    return True


def _add_column(connection: Connection, table: Table, column: Column[Any]) -> bool:
    """Add a column; return False if existing rows would need a value that nobody knows."""
    dialect = connection.dialect
    words = str(CreateColumn(column).compile(dialect=dialect))
    if not column.nullable and column.server_default is None:
        value = _value(column)
        if value is None:
            if connection.execute(select(literal(1)).select_from(table).limit(1)).first() is not None:
                return False
        else:
            # Existing rows get from the database what new rows get from the program. An empty list or mapping is
            # written as JSON, which has no literals of its own.
            written = literal(json.dumps(value)) if value in ({}, []) else literal(value, column.type)
            shown = written.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
            words += f" DEFAULT {shown}"
    if column.primary_key:
        return False
    prepare = dialect.identifier_preparer
    for key in column.foreign_keys:
        target = f"{prepare.format_table(key.column.table)} ({prepare.format_column(key.column)})"
        words += f" REFERENCES {target}"
    connection.exec_driver_sql(f"ALTER TABLE {prepare.format_table(table)} ADD COLUMN {words}".replace("%", "%%"))
    return True


def _drop_column(connection: Connection, table: Table, name: str) -> bool:
    """Drop a column if the table is empty; return False if it has rows."""
    if connection.execute(select(literal(1)).select_from(table).limit(1)).first() is not None:
        return False
    prepare = connection.dialect.identifier_preparer
    connection.exec_driver_sql(f"ALTER TABLE {prepare.format_table(table)} DROP COLUMN {prepare.quote(name)}")
    return True


def _make_unique(connection: Connection, table: Table, constraint: UniqueConstraint) -> None:
    """Make columns unique by an index, as either database does; SQLite can't add a constraint."""
    prepare = connection.dialect.identifier_preparer
    columns = ", ".join(prepare.format_column(column) for column in constraint.columns)
    name = prepare.quote(str(constraint.name))
    connection.exec_driver_sql(f"CREATE UNIQUE INDEX {name} ON {prepare.format_table(table)} ({columns})")


def _value(column: Column[Any]) -> Any:
    """Return the column's default value; None if it has none."""
    ours = _BY_NAME.get(column.table.name)
    known = ours.columns.get(column.name) if ours is not None else None
    default: Any = known.default if known is not None else None
    if default is None:
        return None
    if default.is_scalar:
        return default.arg
    made = default.arg(None) if default.is_callable else None
    return made if made in ({}, []) else None
