"""Records which rows each transaction locks on PostgreSQL, in which order, and finds those that could wait in a circle.

Row triggers report every row that is inserted, updated or deleted, in the order in which PostgreSQL locks them. Rows of
SELECT ... FOR UPDATE are read from the answer, advisory locks from their parameters. An insert also locks its unique
keys, and the rows that its foreign keys refer to.

Two transactions block each other if one locks A and then B, and the other B and then A. They don't if both hold the
row that A or B belongs to, such as its escalation: then one has waited for the other before.
"""

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from typing import Any, Final
from weakref import WeakSet

import psycopg
from sqlalchemy import Connection, Engine, PrimaryKeyConstraint, Table, UniqueConstraint, event

from bot.models.base import Base
from bot.models.work import QUEUED, EffectState

Columns = Sequence[tuple[Table, Mapping[str, int]]]


class Mode(IntEnum):
    """PostgreSQL's row locks, the weakest first."""

    KEY_SHARE = 0
    SHARE = 1
    NO_KEY_UPDATE = 2
    UPDATE = 3

    def waits_for(self, other: "Mode") -> bool:
        """Return True if two transactions can't hold these at the same time."""
        weaker, stronger = sorted((self, other))
        return stronger is Mode.UPDATE or (stronger is Mode.NO_KEY_UPDATE and weaker is not Mode.KEY_SHARE)


_MODES: Final = {mode.name.replace("_", " "): mode for mode in Mode}
_PREFIX: Final = "row lock: "
_FUNCTION: Final = """
CREATE FUNCTION report_lock() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before jsonb; after jsonb;
BEGIN
  IF TG_OP <> 'INSERT' THEN
    SELECT jsonb_object_agg(key, value) INTO before FROM jsonb_each(to_jsonb(OLD)) WHERE key = ANY(TG_ARGV);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    SELECT jsonb_object_agg(key, value) INTO after FROM jsonb_each(to_jsonb(NEW)) WHERE key = ANY(TG_ARGV);
  END IF;
  RAISE NOTICE 'row lock: %', jsonb_build_object('op', TG_OP, 'table', TG_TABLE_NAME, 'old', before, 'new', after);
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$
"""
_TABLES: Final = "SELECT oid, relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
_ATTRIBUTES: Final = "SELECT attrelid, attnum, attname FROM pg_attribute WHERE attnum > 0"
# Only the same form, sent twice, has the same key here, and both do the same things in the same order.
_SAME_WAY: Final = frozenset({"form_sent"})
_KEYS: Final = {"timer": "key", "effect": "coalesce_key"}
# Words of a key that say what it is about: not numbers, and not names of people and customers behind them.
_WORDS: Final = re.compile(r"(?:^|(?<=\d:)|(?<=ESC-))[A-Za-z-]+[a-zC](?![A-Za-z])")
_NAMED: Final = re.compile(r"(ESC|drill)[-:](\d+)")
_ABOUT: Final = ("channel name", "channel", "cause", "recurring", "case review")
_ADVISORY: Final = re.compile(r"pg_advisory_xact_lock\(")
_FOR: Final = re.compile(
    r"FOR (NO KEY UPDATE|UPDATE|KEY SHARE|SHARE)(?: OF (\w+(?:, \w+)*))?( SKIP LOCKED| NOWAIT)?\s*$"
)


@dataclass(frozen=True)
class Row:
    """A row, or another thing that can be locked: its table and key."""

    table: str
    key: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.table} {', '.join(self.key)}"

    def is_before(self, other: "Row") -> bool:
        """Return True if this row's key is the lower one. Numbers are compared as numbers."""
        return [part.rjust(20) if part.isdigit() else part for part in self.key] < [
            part.rjust(20) if part.isdigit() else part for part in other.key
        ]


@dataclass(frozen=True)
class Lock:
    """A lock that a transaction takes, with the statement that takes it; one that skips what is locked doesn't wait."""

    row: Row
    mode: Mode
    statement: str
    kind: str
    waits: bool = True


@dataclass
class _Work:
    """A running transaction: its locks, and the rows it has inserted, which nobody else can lock."""

    locks: list[Lock] = field(default_factory=list)
    own: set[Row] = field(default_factory=set)


@dataclass(frozen=True)
class Step:
    """A lock on one table is held while one on another is waited for.

    `gates` name what is held as well and keeps others apart: what a row belongs to, by its foreign key, and advisory
    locks of the same name. For two rows of one table, `ascends` says whether the second has the higher key.
    """

    held: str
    held_mode: Mode
    wanted: str
    wanted_mode: Mode
    gates: frozenset[str]
    ascends: bool | None

    def could_wait_for(self, next_: "Step") -> bool:
        """Return True if who takes this step can wait for who takes the next one."""
        return self.wanted == next_.held and self.wanted_mode.waits_for(next_.held_mode)


@dataclass
class Locks:
    """The steps of all transactions so far, each with an example."""

    steps: dict[Step, str] = field(default_factory=dict)
    # What the recorded work is, for the examples.
    about: str = ""
    transactions: int = 0
    tables: set[str] = field(default_factory=set)
    _names: dict[int, str] = field(default_factory=dict)
    _attributes: dict[tuple[int, int], str] = field(default_factory=dict)
    _work: dict[Any, _Work] = field(default_factory=lambda: defaultdict(_Work))
    _told: dict[Any, list[Mapping[str, Any]]] = field(default_factory=dict)
    _heard: WeakSet[Any] = field(default_factory=WeakSet)
    # What each row refers to, by the column.
    _owners: dict[Row, Mapping[str, Row]] = field(default_factory=dict)

    def install(self, database_url: str) -> None:
        """Make a PostgreSQL database report its locks."""
        with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(_FUNCTION.encode())
            for table in Base.metadata.tables.values():
                told = ", ".join(f"'{name}'" for name in sorted(_keys_of(table)))
                connection.execute(
                    f'CREATE TRIGGER aa_report_lock BEFORE INSERT OR UPDATE OR DELETE ON "{table.name}" '
                    f"FOR EACH ROW EXECUTE FUNCTION report_lock({told})".encode()
                )
            self._names = {oid: name for oid, name in connection.execute(_TABLES) if name in Base.metadata.tables}
            self._attributes = {(oid, number): name for oid, number, name in connection.execute(_ATTRIBUTES)}

    @contextmanager
    def recording(self, engine: Engine) -> Iterator["Locks"]:
        """Record what is locked through an engine."""
        listeners = (
            ("before_cursor_execute", self._before),
            ("after_cursor_execute", self._after),
            ("commit", self._end),
            ("rollback", self._end),
        )
        for name, listener in listeners:
            event.listen(engine, name, listener)
        try:
            yield self
        finally:
            for name, listener in listeners:
                event.remove(engine, name, listener)
            # Keys mean other rows in the next database.
            self._owners.clear()
            self._work.clear()

    def circles(self, harmless: Collection[frozenset[str]] = ()) -> Iterator[Sequence[Step]]:
        """Return the steps, two or three of them, whose transactions could wait for each other in a circle.

        Steps between two `harmless` kinds of rows, or within one, are left out.
        """
        steps = [step for step in self.steps if frozenset({step.held, step.wanted}) not in harmless]
        after: dict[str, list[Step]] = defaultdict(list)
        for step in steps:
            after[step.held].append(step)
        for first in steps:
            for second in after[first.wanted]:
                if not first.could_wait_for(second) or first.gates & second.gates:
                    continue
                if second.could_wait_for(first) and _are_opposite(first, second):
                    yield first, second
                for third in after[second.wanted] if len({first.held, first.wanted, second.wanted}) == 3 else ():
                    if (
                        second.could_wait_for(third)
                        and third.could_wait_for(first)
                        and not third.gates & (first.gates | second.gates)
                    ):
                        yield first, second, third

    # What SQLAlchemy calls.

    def _before(self, _connection: Any, cursor: Any, *_: Any) -> None:
        raw = cursor.connection
        if raw not in self._heard:
            self._heard.add(raw)
            raw.add_notice_handler(lambda said: self._hear(raw, said))
        self._told[raw] = []

    def _hear(self, raw: Any, said: psycopg.errors.Diagnostic) -> None:
        words = said.message_primary or ""
        if raw in self._told and words.startswith(_PREFIX):
            self._told[raw].append(json.loads(words.removeprefix(_PREFIX)))

    def _after(self, _connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        raw = cursor.connection
        work, told = self._work[raw], self._told.pop(raw, [])
        if _ADVISORY.search(statement):
            [about] = parameters.values()
            kind = next((name for name in _ABOUT if str(about).startswith(f"{name} ")), str(about))
            row = Row("advisory lock", (str(about),))
            self._add(work, Lock(row, Mode.UPDATE, statement, f"advisory lock: {kind}"))
        if found := _FOR.search(statement):
            self._select(work, cursor, statement, found)
        for one in told:
            self._write(work, one, statement)
        for one in told:
            self._refer(work, one, statement)
        if raw.autocommit:
            self._finish(raw)

    def _end(self, connection: Connection) -> None:
        self._finish(connection.connection.driver_connection)

    def _select(self, work: _Work, cursor: Any, statement: str, found: re.Match[str]) -> None:
        wanted = {re.sub(r"_\d+$", "", name) for name in found[2].split(", ")} if found[2] else None
        for table, refs in self._columns(cursor.pgresult):
            if wanted is not None and table.name not in wanted:
                continue
            for line in range(cursor.pgresult.ntuples):
                plain = {name: _plain(cursor.pgresult.get_value(line, column)) for name, column in refs.items()}
                if any(plain[name] is None for name in table.primary_key.columns.keys()):  # noqa: SIM118 - of columns
                    continue  # an outer join found no row
                row, kind = _row(table, plain), _kind(table, plain)
                if (key := _queued_key(table, plain)) is not None:
                    row, kind = key
                self._owners[row] = _owners(table, plain)
                self._add(work, Lock(row, _MODES[found[1]], statement, kind, waits=not found[3]))

    def _columns(self, result: Any) -> Columns:
        """Return the tables of an answer whose whole key is in it, with the places of their columns."""
        places: dict[str, dict[str, int]] = defaultdict(dict)
        for place in range(result.nfields):
            if (name := self._names.get(result.ftable(place))) is not None:
                column = self._attributes[result.ftable(place), result.ftablecol(place)]
                places[name].setdefault(column, place)
        tables = [(Base.metadata.tables[name], at) for name, at in places.items()]
        return [(table, at) for table, at in tables if all(column.name in at for column in table.primary_key.columns)]

    def _write(self, work: _Work, told: Mapping[str, Any], statement: str) -> None:
        table, old, new = Base.metadata.tables[told["table"]], told["old"], told["new"]
        row = _row(table, old or new)
        self._owners[row] = _owners(table, old or new)
        if told["op"] == "INSERT":
            for key in _unique(table) if table.name not in _SAME_WAY else ():
                if None not in [new.get(name) for name in key]:
                    fresh, kind = _key(table, key, new)
                    self._owners[fresh] = self._owners[row]
                    self._add(work, Lock(fresh, Mode.UPDATE, statement, kind))
            work.own.add(row)
            return
        changes_key = new is None or any(old.get(name) != new.get(name) for key in _unique(table) for name in key)
        mode = Mode.UPDATE if changes_key else Mode.NO_KEY_UPDATE
        kind = _kind(table, old)
        if row not in work.own and (queued := _queued_key(table, old)) is not None:
            row, kind = queued
            self._owners[row] = _owners(table, old)
        # Deleting what a subquery has locked waits for nobody.
        self._add(work, Lock(row, mode, statement, kind, waits="SKIP LOCKED" not in statement))

    def _refer(self, work: _Work, told: Mapping[str, Any], statement: str) -> None:
        table, old, new = Base.metadata.tables[told["table"]], told["old"], told["new"]
        before = _owners(table, old) if old else {}
        for name, other in (_owners(table, new) if new else {}).items():
            if before.get(name) != other:
                self._add(work, Lock(other, Mode.KEY_SHARE, statement, other.table))

    def _add(self, work: _Work, lock: Lock) -> None:
        held = [one.mode for one in work.locks if one.row == lock.row]
        if lock.row not in work.own and (not held or max(held) < lock.mode):
            work.locks.append(lock)
            self.tables.add(lock.row.table.removeprefix("new "))

    def _finish(self, raw: Any) -> None:
        """Take down the steps of a transaction that ends."""
        work = self._work.pop(raw, None)
        if work is None or not work.locks:
            return
        self.transactions += 1
        for place, wanted in enumerate(work.locks):
            if not wanted.waits:
                continue
            exclusive = {lock.row for lock in work.locks[:place] if lock.mode >= Mode.NO_KEY_UPDATE} | work.own
            fixed = {str(row) for row in exclusive if row.table == "advisory lock" and not re.search(r"\d", row.key[0])}
            for held in work.locks[:place]:
                same = held.row.table == wanted.row.table and held.row != wanted.row
                step = Step(
                    held.kind,
                    held.mode,
                    wanted.kind,
                    wanted.mode,
                    frozenset(fixed | self._gates(held.row, exclusive) | self._gates(wanted.row, exclusive)),
                    held.row.is_before(wanted.row) if same else None,
                )
                if step not in self.steps:
                    self.steps[step] = "\n".join(
                        [
                            self.about,
                            *(f"  {one.mode.name} {one.row}: {_short(one.statement)}" for one in (held, wanted)),
                        ]
                    )

    def _gates(self, row: Row, exclusive: set[Row]) -> set[str]:
        """Return by what columns a row belongs to one of these, directly or through others."""
        found, left, seen = set(), [(row.table, row)], {row}
        while left:
            path, one = left.pop()
            for name, owner in self._owners.get(one, {}).items():
                if owner in exclusive:
                    found.add(f"{path}.{name}")
                if owner not in seen:
                    seen.add(owner)
                    left.append((f"{path}.{name}", owner))
        return found


def _short(statement: str) -> str:
    """Return a statement without the columns it selects."""
    return re.sub(r"\s+", " ", re.sub(r"SELECT .*?\sFROM", "SELECT … FROM", statement, flags=re.DOTALL))[:400]


def _are_opposite(one: Step, other: Step) -> bool:
    """Return True for different tables, for one row that is locked twice, and for keys that rise and fall."""
    if one.held != one.wanted:
        return True
    return (one.ascends is None and other.ascends is None) or {one.ascends, other.ascends} == {True, False}


def _plain(value: bytes | None) -> str | None:
    return None if value is None else bytes(value).decode()


def _kind(table: Table, values: Mapping[str, Any]) -> str:
    """Return what kind of row it is: its table, the first words of its key, and for an effect the committed state.

    Statements ask for effects in a state, and for keys of one kind. So they never wait for rows of others.
    """
    if values.get("state") == EffectState.RUNNING:
        return f"{table.name} {EffectState.RUNNING}"  # found by its id
    key = str(values.get(_KEYS.get(table.name, "")) or "")
    words = (table.name, values.get("state"), *_WORDS.findall(key)[:2])
    return " ".join(word for word in words if word) if table.name in _KEYS else table.name


def _key(table: Table, columns: Sequence[str], values: Mapping[str, Any]) -> tuple[Row, str]:
    """Return a unique key, which an insert of it waits for, and its kind."""
    row = Row(f"new {table.name}", (",".join(columns), *(str(values[name]) for name in columns)))
    return row, f"new {_kind(table, {name: values[name] for name in columns})}"


def _queued_key(table: Table, values: Mapping[str, Any]) -> tuple[Row, str] | None:
    """Return the key of a queued effect, if it has one: what inserts the same key waits for the lock of that row."""
    is_queued = table.name == "effect" and values.get("state") in QUEUED
    return _key(table, ("coalesce_key",), values) if is_queued and values.get("coalesce_key") else None


def _row(table: Table, values: Mapping[str, Any]) -> Row:
    return Row(table.name, tuple(str(values.get(column.name)) for column in table.primary_key.columns))


@cache
def _unique(table: Table) -> Sequence[tuple[str, ...]]:
    """Return the unique keys of a table, but for numbers that the database gives."""
    made = [one for one in table.constraints if isinstance(one, UniqueConstraint | PrimaryKeyConstraint)]
    keys = [tuple(column.name for column in one.columns) for one in made]
    keys += [tuple(column.name for column in index.columns) for index in table.indexes if index.unique]
    number = table.autoincrement_column
    return sorted(key for key in keys if number is None or key != (number.name,))


@cache
def _keys_of(table: Table) -> frozenset[str]:
    """Return the columns by which rows are identified or refer to others."""
    refer = {column.name for key in table.foreign_key_constraints for column in key.columns}
    state = {"state"} if table.name == "effect" else set()
    unique = {name for key in _unique(table) for name in key}
    return frozenset(refer | unique | state | set(table.primary_key.columns.keys()))


def _owners(table: Table, values: Mapping[str, Any]) -> dict[str, Row]:
    """Return the rows that a row refers to, by the columns."""
    found = {}
    for key in table.foreign_key_constraints:
        parts = [values.get(column.name) for column in key.columns]
        if None not in parts:
            name = "+".join(column.name for column in key.columns)
            found[name] = Row(key.referred_table.name, tuple(str(part) for part in parts))
    if named := _NAMED.match(str(values.get(_KEYS.get(table.name, "")) or "")):
        found["key"] = Row({"ESC": "escalation", "drill": "drill"}[named[1]], (named[2],))
    return found
