"""The shape of the database: the tables, columns and indexes there are, compared with those this program works with.

The revision alone does not tell: a migration that was changed after a database went through it leaves that database
without what was added to it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Index, Table, inspect, literal, select
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

from bot.models import (  # noqa: F401 - importing them is what makes their tables known
    checklist,
    escalation,
    intake,
    outside,
    pattern,
    programme,
    request,
    watch,
    work,
)
from bot.models.base import Base

# Whoever changes the tables of a PostgreSQL database takes the advisory lock of this number. Any number would do.
MIGRATING = 7_314_002

_BY_NAME = {table.name: table for table in Base.metadata.sorted_tables}


@dataclass(frozen=True, slots=True)
class Difference:
    """A table, column or index that is missing, or a column that must be filled and that this program leaves empty."""

    table: Table
    column: Column[Any] | None = None
    index: Index | None = None
    left_over: str | None = None

    def __str__(self) -> str:
        if self.left_over is not None:
            return f"column {self.table.name}.{self.left_over} must have a value, which this version doesn't write"
        if self.column is not None:
            return f"column {self.table.name}.{self.column.name} is missing"
        if self.index is not None:
            return f"index {self.index.name} is missing"
        return f"table {self.table.name} is missing"


def differences(connection: Connection) -> list[Difference]:
    """Return what keeps this program from working with the tables there are, in the order it can be added in."""
    inspector = inspect(connection)
    # Each of these is one statement on PostgreSQL, and one for each table on SQLite.
    columns = {name: found for (_, name), found in inspector.get_multi_columns().items()}
    indexes = {name: found for (_, name), found in inspector.get_multi_indexes().items()}
    found: list[Difference] = []
    for name, table in _BY_NAME.items():
        if name not in columns:
            found.append(Difference(table))
            continue
        found += _of_columns(table, columns[name])
        there = {index["name"] for index in indexes.get(name, [])}
        found += [
            Difference(table, index=index)
            for index in sorted(table.indexes, key=lambda index: str(index.name))
            if index.name not in there
        ]
    return found


def _of_columns(table: Table, there: Sequence[Any]) -> Iterator[Difference]:
    by_name = {column["name"]: column for column in there}
    for column in table.columns:
        if column.name not in by_name:
            yield Difference(table, column=column)
    for name, column in by_name.items():
        ours = table.columns.get(name)
        is_left_empty = ours is None or (ours.nullable and not ours.primary_key)
        if is_left_empty and not column["nullable"] and column["default"] is None:
            yield Difference(table, left_over=name)


def add(connection: Connection, missing: Sequence[Difference]) -> list[Difference]:
    """Add what can be added without guessing a value, and return what is left."""
    left = []
    for difference in missing:
        if difference.left_over is not None:
            left.append(difference)
        elif difference.index is not None:
            if any(other.table is difference.table and other.column is not None for other in left):
                left.append(difference)  # it may be of a column that could not be added
            else:
                connection.execute(CreateIndex(difference.index))
        elif difference.column is not None:
            if not _add_column(connection, difference.table, difference.column):
                left.append(difference)
        else:
            connection.execute(CreateTable(difference.table))
            for index in difference.table.indexes:
                connection.execute(CreateIndex(index))
    return left


def _add_column(connection: Connection, table: Table, column: Column[Any]) -> bool:
    """Add a column; return False where each row would need a value that nobody knows."""
    dialect = connection.dialect
    words = str(CreateColumn(column).compile(dialect=dialect))
    if not column.nullable and column.server_default is None:
        value = _value(column)
        if value is None:
            if connection.execute(select(literal(1)).select_from(table).limit(1)).first() is not None:
                return False
        else:
            # What new rows get from the program, the rows that are there get from the database.
            shown = literal(value, column.type).compile(dialect=dialect, compile_kwargs={"literal_binds": True})
            words += f" DEFAULT {shown}"
    if column.primary_key:
        return False
    prepare = dialect.identifier_preparer
    for key in column.foreign_keys:
        target = f"{prepare.format_table(key.column.table)} ({prepare.format_column(key.column)})"
        words += f" REFERENCES {target}"
    connection.exec_driver_sql(f"ALTER TABLE {prepare.format_table(table)} ADD COLUMN {words}".replace("%", "%%"))
    return True


def _value(column: Column[Any]) -> Any:
    """Return the value that the program writes where nothing is said; None if it takes one from elsewhere."""
    default: Any = column.default
    if default is None:
        return None
    if default.is_scalar:
        return default.arg
    made = default.arg(None) if default.is_callable else None
    return made if made in ({}, []) else None
