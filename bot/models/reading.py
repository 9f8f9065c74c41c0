"""Validates rows against their columns, so that one broken row, or one of another version, doesn't stop the others.

Types load values they can't read as `Unreadable` (`bot.models.base`), and SQLite accepts anything in any column. So a
row is checked before anything is decided from it.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

from pydantic import TypeAdapter
from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Integer, Numeric, String, Table
from sqlalchemy.sql.schema import CallableColumnDefault
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.errors import UnreadableRecord
from bot.models import json_shapes, json_values, work_shapes
from bot.models.base import HOLDS, Base, EnumText, JsonType, Unreadable

if TYPE_CHECKING:
    from sqlalchemy import ExecutionContext

_CLIP = 60
_PYTHON: Final[tuple[tuple[type[TypeEngine[Any]], type[object]], ...]] = (
    (Boolean, bool),
    (Integer, int),
    (Numeric, Decimal),
    (DateTime, datetime),
    (Date, date),
    (String, str),
)


def problem(row: Base, *, by_kind: bool = True) -> str | None:
    """Return what is wrong with the loaded columns of a row; None if nothing is.

    Without `by_kind` leave out what JSON columns hold with some kinds of the row only.
    """
    loaded = row.__dict__
    for key, name, kind, nullable, shape in _columns(type(row)):
        value = loaded.get(key, _MISSING)
        if value is _MISSING or (value is None and nullable):
            continue
        if value.__class__ is not kind and not isinstance(value, kind):
            return _describe(name, kind, value)
        if shape is not None and value and (wrong := json_values.problem(shape, value)):
            return _misshapen(name, wrong)
        of_kind = work_shapes.of_kind(row.__tablename__, name, loaded.get("kind")) if by_kind and kind is dict else None
        if of_kind is not None and (wrong := json_values.problem(of_kind, value)):
            return _misshapen(name, wrong)
    return None


def require(row: Base, whose: int) -> None:
    """Raise UnreadableRecord if a row of the escalation `whose` can't be read."""
    if wrong := problem(row):
        raise UnreadableRecord(f"ESC-{whose}", f"{named(row)}: {wrong}")


def empty_unreadable(row: Base, key: str) -> None:
    """Empty a column that may be empty, where it can't be read."""
    if isinstance(row.__dict__.get(key), Unreadable):
        setattr(row, key, None)


def named(row: Base) -> str:
    """Return where a row is, for an operator: its table, its key, and the escalation it belongs to."""
    mapper = type(row).__mapper__
    key = {column.name: row.__dict__.get(mapper.get_property_by_column(column).key) for column in mapper.primary_key}
    return place(str(row.__tablename__), key, row.__dict__.get("escalation_id"))


def place(table: str, key: Mapping[str, object], escalation: object) -> str:
    """Return the same for a row that was read without the ORM."""
    if table == "escalation":
        return f"ESC-{key['id']}"
    whose = f" of ESC-{escalation}" if escalation is not None else ""
    rest = [value for name, value in key.items() if name != "escalation_id"]
    return " ".join([table, *map(str, rest)]) + whose


def problems(table: Table, values: tuple[Any, ...]) -> Iterator[str]:
    """Yield what is wrong with the columns of a row that was read without the ORM, in the order of its table."""
    row_kind = next((value for column, value in zip(table.columns, values, strict=True) if column.name == "kind"), None)
    for column, value in zip(table.columns, values, strict=True):
        if value is None and column.nullable:
            continue
        if not isinstance(value, python_type(column)):
            yield _describe(column.name, python_type(column), value)
        elif (shape := _shape(column, row_kind)) is not None and (wrong := json_values.problem(shape, value)):
            yield _misshapen(column.name, wrong)


def texts(values: Iterable[Any]) -> set[str]:
    """Return the strings among the values of a text column. SQLite accepts anything in it, even bytes."""
    return {value for value in values if isinstance(value, str)}


_MISSING: Final = object()
# Names, for messages, of what such columns hold.
_WRITTEN: Final[Mapping[type[object], str]] = {str: "text", dict: "JSON object", list: "JSON list"}


@cache
def _columns(model: type[Base]) -> tuple[tuple[str, str, type[object], bool, TypeAdapter[Any] | None], ...]:
    """Return each column: attribute, name, class of its values, whether it may be empty, shape."""
    return tuple(
        (
            attribute.key,
            attribute.columns[0].name,
            python_type(attribute.columns[0]),
            bool(attribute.columns[0].nullable),
            _shape(cast("Column[Any]", attribute.columns[0])),
        )
        for attribute in model.__mapper__.column_attrs
    )


@cache
def python_type(column: Column[Any]) -> type[object]:
    """Return the class of a column's values."""
    kind = column.type
    if isinstance(kind, EnumText):
        return kind.kind
    if isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    if isinstance(kind, JSON):
        # A default of an empty list or mapping shows which of the two the column holds. Without a default `info` says
        # it; else it is a mapping.
        if HOLDS in column.info:
            return cast("type[object]", column.info[HOLDS])
        default = column.default
        makes = default.arg if isinstance(default, CallableColumnDefault) else None
        return list if makes is not None and isinstance(makes(cast("ExecutionContext", None)), list) else dict
    return next(python for type_, python in _PYTHON if isinstance(kind, type_))


def _shape(column: Column[Any], kind: object = None) -> TypeAdapter[Any] | None:
    if not isinstance(column.type, JsonType):
        return None
    return json_shapes.shape(column) or work_shapes.of_kind(column.table.name, column.name, kind)


def _misshapen(column: str, wrong: str) -> str:
    return f"{column} is no such JSON as it holds ({wrong})"


def _describe(column: str, kind: type[object], value: object) -> str:
    """Describe what is wrong with a value. Text that people wrote is not repeated: it may be confidential."""
    if value is None:
        return f"{column} is empty"
    if kind in _WRITTEN:
        is_json = kind is not str
        return (
            f"{column} is not JSON" if is_json and isinstance(value, Unreadable) else f"{column} is no {_WRITTEN[kind]}"
        )
    shown = repr(value.raw if isinstance(value, Unreadable) else value)
    return f"{column} is {shown if len(shown) <= _CLIP else f'{shown[:_CLIP]}…'}"
