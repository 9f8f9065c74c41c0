"""Writes rows together, with one statement, before anything else is asked of the database.

A request queues a few effects, timers and entries of the timeline, in several places of the code. Each statement costs
a third of a millisecond of computing and a round trip to PostgreSQL, for which somebody waits. So the rows are held
until the next statement of the session, or its commit, and written with one statement for all tables. Nobody sees the
difference: whatever reads or changes the tables comes after it.

On PostgreSQL the rows of a table are one parameter, a JSON text, so the statement is the same for any number of them.
SQLite has no round trips, and takes a statement for each table.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any, Protocol, cast

from sqlalchemy import Dialect, Insert, Result, String, Table, TextClause, event, insert, text
from sqlalchemy.orm import Session, SessionTransaction

from bot.database.upserts import upsert_on
from bot.models.base import EnumText

Row = dict[str, Any]
_HELD, _FIRST = "held rows", "held instance"


@dataclass(frozen=True, eq=False)
class BulkInsert:
    """Inserts rows into some columns of a table; with `skips_known`, one that breaks a unique index is left out.

    An `id` among the columns may be None: then the database gives one, in the order of the rows. `unique` is the column
    by whose order they are inserted on PostgreSQL: of two transactions with the same keys one waits for the other, and
    never each for the other.

    With `keeps`, the condition (SQL) of the unique index, what is known stays as it is until the commit: a row that
    somebody else may take and act on must not be taken before what this transaction writes can be seen. SQLite has one
    writer at a time.
    """

    table: Table
    columns: Sequence[str]
    skips_known: bool = False
    unique: str | None = None
    keeps: str | None = None

    def hold(self, session: Session, rows: Sequence[Row]) -> None:
        """Hold rows, which have the keys `columns`, until the next statement of the session."""
        if rows:
            session.info.setdefault(_HELD, {}).setdefault(self, []).extend(rows)

    def held(self, session: Session) -> Sequence[Row]:
        """Return the rows that are held; what is changed in them is inserted as changed."""
        rows: Sequence[Row] = session.info.get(_HELD, {}).get(self, ())
        return rows

    @cached_property
    def on_sqlite(self) -> Insert:
        """The statement for SQLite."""
        if self.skips_known:
            return cast("Insert", upsert_on("sqlite", self.table).on_conflict_do_nothing())
        return insert(self.table)

    def on_postgresql(self, parameter: str) -> str:
        """Return the statement for PostgreSQL. Texts have no length in it: the table's columns check it."""
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - only for the database in use

        dialect: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call] # it is a class
        types = [self.table.c[name].type for name in self.columns]
        typed = ["TEXT" if isinstance(type_, String | EnumText) else type_.compile(dialect) for type_ in types]
        places = ", ".join(f'"{name}" {type_}' for name, type_ in zip(self.columns, typed, strict=True))
        number = f"COALESCE(\"id\", nextval(pg_get_serial_sequence('{self.table.name}', 'id')))"
        values = ", ".join(number if name == "id" else f'"{name}"' for name in self.columns)
        names = ", ".join(f'"{name}"' for name in self.columns)
        conflict = " ON CONFLICT DO NOTHING" if self.skips_known else ""
        if self.keeps is not None:
            same = f'SET "{self.unique}" = excluded."{self.unique}"'
            conflict = f' ON CONFLICT ("{self.unique}") WHERE {self.keeps} DO UPDATE {same}'
        rows = f"SELECT {values} FROM jsonb_to_recordset(CAST(%({parameter})s AS JSONB)) AS rows({places})"  # noqa: S608 - names of our own
        if self.unique is not None:
            # The numbers are given within: beside ORDER BY they would follow the sorted rows.
            only, order = "", f'"{self.unique}"'
            if self.keeps is not None:
                # One statement can't keep a row twice, so of rows with the same key the first is taken.
                order = f'"{self.unique}", CASE WHEN "{self.unique}" IS NULL OR NOT ({self.keeps}) THEN "id" END'
                only, order = f"DISTINCT ON ({order})", f'{order}, "id"'
            rows = f"SELECT {only} * FROM ({rows}) AS given({names}) ORDER BY {order}"  # noqa: S608 - names of our own
        return f'INSERT INTO "{self.table.name}" ({names}) {rows}{conflict}'


@dataclass(frozen=True, eq=False)
class BulkDelete:
    """Deletes the rows of a table that have some keys and are still as the condition (SQL) says."""

    table: Table
    key: str
    only_if: str

    def hold(self, session: Session, keys: Sequence[str]) -> None:
        """Hold keys until the next statement of the session. What is inserted with them has other keys."""
        if keys:
            session.info.setdefault(_HELD, {}).setdefault(self, []).extend({self.key: key} for key in keys)

    @cached_property
    def on_sqlite(self) -> TextClause:
        """The statement for SQLite, of one key."""
        return text(f'DELETE FROM "{self.table.name}" WHERE "{self.key}" = :{self.key} AND {self.only_if}')  # noqa: S608 - names of our own

    def on_postgresql(self, parameter: str) -> str:
        """Return the statement for PostgreSQL."""
        keys = f'SELECT "{self.key}" FROM jsonb_to_recordset(CAST(%({parameter})s AS JSONB)) AS rows("{self.key}" TEXT)'  # noqa: S608 - names of our own
        return f'DELETE FROM "{self.table.name}" WHERE "{self.key}" IN ({keys}) AND {self.only_if}'  # noqa: S608 - names of our own


Bulk = BulkInsert | BulkDelete


class HeldFirst(Protocol):
    """Rows that are inserted before the others, because these refer to them."""

    def rows(self) -> Mapping[BulkInsert, Sequence[Row]]:
        """Return its rows, in the order of inserting."""
        ...

    def written(self, session: Session) -> None:
        """Take note that they are inserted."""
        ...


class HoldingSession(Session):
    """A session that inserts what is held before each statement, and before it commits."""

    def execute(self, *given: Any, **more: Any) -> Any:
        """Execute a statement. See `Session.execute`."""
        write_held(self)
        return super().execute(*given, **more)

    def scalar(self, *given: Any, **more: Any) -> Any:
        """Execute a statement that returns one value. See `Session.scalar`."""
        write_held(self)
        return super().scalar(*given, **more)

    def scalars(self, *given: Any, **more: Any) -> Any:
        """Execute a statement that returns a value a row. See `Session.scalars`."""
        write_held(self)
        return super().scalars(*given, **more)

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write what the session's objects have changed. See `Session.flush`.

        Nothing that it writes refers to what is held, but for a new instance's rows.
        """
        if _FIRST in self.info:
            write_held(self)
        super().flush(objects)

    def begin_nested(self) -> SessionTransaction:
        """Begin a savepoint: what is held belongs before it. See `Session.begin_nested`."""
        write_held(self)
        return super().begin_nested()


def hold_first(session: Session, first: HeldFirst) -> None:
    """Hold what other rows refer to."""
    session.info[_FIRST] = first


def write_held(session: Session) -> None:
    """Insert what is held. Call it before a statement that goes past the session, to its connection."""
    if _HELD not in session.info and _FIRST not in session.info:
        return
    first: HeldFirst | None = session.info.pop(_FIRST, None)
    held: dict[Bulk, Sequence[Row]] = session.info.pop(_HELD, {})
    rows: dict[Bulk, Sequence[Row]] = dict(first.rows().items()) if first is not None else {}
    _write(rows | held, session)
    if first is not None:
        first.written(session)


def read_past_held(session: Session, statement: Any, parameters: Mapping[str, Any], *tables: Table) -> Result[Any]:
    """Execute a statement that reads some tables; what is held for others stays held. It is written with the rest."""
    if any(bulk.table in tables for bulk in session.info.get(_HELD, ())):
        write_held(session)
    return session.connection().execute(statement, parameters)


def _write(held: Mapping[Bulk, Sequence[Row]], session: Session) -> None:
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        for bulk, rows in held.items():
            connection.execute(bulk.on_sqlite, rows)
    else:
        texts = {f"rows{place}": _text(rows) for place, rows in enumerate(held.values())}
        connection.exec_driver_sql(_together(tuple(held)), texts)


def _forget(session: Session, _transaction: SessionTransaction) -> None:
    session.info.pop(_HELD, None)
    session.info.pop(_FIRST, None)


event.listen(HoldingSession, "before_commit", write_held)
event.listen(HoldingSession, "after_soft_rollback", _forget)


@cache
def _together(bulks: Sequence[Bulk]) -> str:
    """Return one statement for several tables: all but the last are written in a WITH."""
    *first, last = [bulk.on_postgresql(f"rows{place}") for place, bulk in enumerate(bulks)]
    others = ", ".join(f"other{place} AS ({statement})" for place, statement in enumerate(first))
    return f"WITH {others} {last}" if others else last


def _text(rows: Sequence[Row]) -> str:
    # What is left out is null.
    return json.dumps([{name: _plain(value) for name, value in row.items() if value is not None} for row in rows])


def _plain(value: Any) -> Any:
    """Return a date or time as text. Raises ValueError for a time without a zone, which is a defect."""
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError(f"naive datetime: {value!r}")
    return value.isoformat() if isinstance(value, date) else value
