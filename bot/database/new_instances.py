"""A new instance with its related ones, inserted together with what is held (`bot.database.bulk`).

The session would take a statement for each table, a second one for what has changed until the commit, and most of its
time for finding out. Here an instance is built, changed and read outside the session. When it is inserted, as it is
then, the session takes it over, as if it had been loaded.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from sqlalchemy import Table, literal, select, union_all
from sqlalchemy import func as sql
from sqlalchemy.orm import InstrumentedAttribute, Session, make_transient_to_detached

from bot.database.bulk import BulkInsert, Row, hold_first, write_held
from bot.models.base import Base


@dataclass(frozen=True)
class NewInstance:
    """An instance with its primary key, and its related ones: those that have theirs are inserted with it.

    Others are added to the session, which inserts them at its next flush. `key` is the related ones' column that refers
    to the instance.
    """

    instance: Base
    relations: Sequence[InstrumentedAttribute[Any]]
    key: str

    def hold(self, session: Session) -> None:
        """Hold the instance until the next statement of the session. A session holds one."""
        hold_first(session, self)

    def rows(self) -> Mapping[BulkInsert, Sequence[Row]]:
        """Return the rows to insert, as the instances are now."""
        found: dict[BulkInsert, list[Row]] = {_insert(type(self.instance)): [_row(self.instance)]}
        for one in self._related():
            complete(one)
            setattr(one, self.key, self.instance.__dict__["id"])
            if _has_key(one):
                found.setdefault(_insert(type(one)), []).append(_row(one))
        return found

    def written(self, session: Session) -> None:
        """Give the instances to the session."""
        for one in (self.instance, *filter(_has_key, self._related())):
            make_transient_to_detached(one)
        session.add(self.instance)

    def _related(self) -> Sequence[Base]:
        return [one for relation in self.relations for one in self.instance.__dict__[relation.key]]


def hold_all(session: Session, instances: Sequence[Base]) -> None:
    """Hold the rows of new instances, which the session doesn't get."""
    for one in instances:
        complete(one)
        _insert(type(one)).hold(session, [_row(one)])


def complete(instance: Base) -> None:
    """Set the columns of a new instance that have no value yet to their defaults, as the session would."""
    for attribute, _, default in _columns(type(instance)):
        if attribute not in instance.__dict__:
            setattr(instance, attribute, default())


def next_ids(session: Session, numbers: Mapping[type[Base], int]) -> dict[type[Base], list[int]]:
    """Return the next ids of some tables, so many of each; nobody else gets them.

    SQLite has one writer, so the ids after the last one are free until this transaction ends.
    """
    write_held(session)
    connection = session.connection()
    models = {_table(model).name: model for model in numbers}
    found: dict[type[Base], list[int]] = {model: [] for model in numbers}
    if connection.dialect.name == "sqlite":
        for name, last in connection.execute(_last_ids(tuple(numbers))):
            model = models[name]
            found[model].extend(range(last + 1, last + 1 + numbers[model]))
    else:
        counts = {name: numbers[model] for name, model in models.items()}
        for name, number in connection.exec_driver_sql(_sequences(tuple(models)), counts):
            found[models[name]].append(number)
    return found


@cache
def _last_ids(models: Sequence[type[Base]]) -> Any:
    tables = [_table(model) for model in models]
    last = [select(literal(table.name), sql.coalesce(sql.max(table.c.id), 0)) for table in tables]
    return union_all(*last)


@cache
def _sequences(names: Sequence[str]) -> str:
    each = "SELECT '{0}', nextval(pg_get_serial_sequence('{0}', 'id')) FROM generate_series(1, %({0})s)"
    return " UNION ALL ".join(each.format(name) for name in names)


def _table(model: type[Base]) -> Table:
    return cast("Table", model.__table__)


@cache
def _columns(model: type[Base]) -> Sequence[tuple[str, str, Callable[[], Any]]]:
    """Return the name of each attribute, that of its column, and what returns its default."""
    mapper = model.__mapper__
    return [(mapper.get_property_by_column(column).key, column.name, _default(column)) for column in _table(model).c]


def _default(column: Any) -> Callable[[], Any]:
    default = column.default
    if default is None:
        return lambda: None
    return (lambda: default.arg) if default.is_scalar else (lambda: default.arg(None))


@cache
def _insert(model: type[Base]) -> BulkInsert:
    return BulkInsert(_table(model), [column for _, column, _ in _columns(model)])


def _row(instance: Base) -> Row:
    return {column: instance.__dict__[attribute] for attribute, column, _ in _columns(type(instance))}


def _has_key(instance: Base) -> bool:
    mapper = type(instance).__mapper__
    return all(instance.__dict__[mapper.get_property_by_column(one).key] is not None for one in mapper.primary_key)
