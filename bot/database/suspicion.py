"""SQL conditions that find rows which may be unreadable, so that a search need not load every row.

A condition may select a row that is fine, never the other way round, except deep inside JSON: `bot.models.reading`
then decides. PostgreSQL itself refuses most of what SQLite accepts in a column.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    DateTime,
    Numeric,
    String,
    Table,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from bot.models import json_shapes, reading
from bot.models.base import JsonType
from bot.policy.time import years

# The time before which, and from which on, nothing is plausible, with a day's margin for time zones.
_FIRST, _END = f"{years.FIRST}-01-01", f"{years.LAST + 1}-01-01"
# What an element of each JSON type is called by SQLite.
_ON_SQLITE: Final[Mapping[str, Sequence[str]]] = {
    "string": ("text",),
    "number": ("integer", "real"),
    "boolean": ("true", "false"),
    "null": ("null",),
}


@cache
def suspicious(table: Table, *, on_sqlite: bool, deeply: bool = False) -> ColumnElement[bool]:
    """Return the condition that a row of the table may have a column that can't be read.

    With `deeply` it includes every row with JSON whose inner shape SQL doesn't check.
    """
    look = _on_sqlite if on_sqlite else _on_postgresql
    conditions = [condition for column in table.columns for condition in look(column)]
    if deeply:
        conditions += [
            cast(column, String).not_in(("[]", "{}"))
            for column in table.columns
            if isinstance(column.type, JsonType) and json_shapes.elements(column) is None
        ]
    return or_(false(), *conditions)


def _on_sqlite(column: Column[Any]) -> Iterator[ColumnElement[bool]]:
    """Yield conditions for a column, in which SQLite stores values of any type."""
    kind, raw = reading.python_type(column), type_coerce(column, String)
    stored = func.typeof(column, type_=String)
    if not column.nullable:
        yield column.is_(None)
    if issubclass(kind, StrEnum):
        yield raw.not_in([member.value for member in kind])
    elif kind is str:
        yield stored.not_in(("text", "null"))
    elif kind is int:
        yield stored.not_in(("integer", "null"))
    elif kind is Decimal:
        yield stored.not_in(("integer", "real", "null"))
        yield func.abs(column, type_=Numeric) > literal(1e300, Numeric(asdecimal=False))
    elif kind in (datetime, date):
        yield or_(raw < _FIRST, raw >= _END)
        # SQLite corrects impossible days, such as 30 February, so the corrected day differs.
        yield func.coalesce(func.date(raw), "") != func.substr(raw, 1, 10)
    elif kind in (dict, list):
        yield case(
            (column.is_(None), false()),
            (stored != "text", literal(value=True)),
            (func.json_valid(raw) == 0, literal(value=True)),
            (func.json_type(raw) != ("array" if kind is list else "object"), literal(value=True)),
            else_=_odd_element_on_sqlite(column, raw),
        )


def _odd_element_on_sqlite(column: Column[Any], raw: ColumnElement[str]) -> ColumnElement[bool]:
    allowed = json_shapes.elements(column)
    if allowed is None:
        return false()
    elements = func.json_each(raw).table_valued("type")
    names = [name for kind in allowed for name in _ON_SQLITE[kind]]
    odd = select(literal(1)).select_from(elements).where(elements.c.type.not_in(names)).exists()
    return and_(raw.not_in(("[]", "{}")), odd)


def _on_postgresql(column: Column[Any]) -> Iterator[ColumnElement[bool]]:
    """Yield conditions for a column; its type and NOT NULL hold already."""
    from sqlalchemy.dialects.postgresql import JSONPATH  # noqa: PLC0415 - only for the database in use

    kind = reading.python_type(column)
    if issubclass(kind, StrEnum):
        yield type_coerce(column, String).not_in([member.value for member in kind])
    elif kind is Decimal:
        yield cast(column, String).in_(("NaN", "Infinity", "-Infinity"))
    elif kind is datetime:
        moments = [cast(f"{day} 00:00:00+00", DateTime(timezone=True)) for day in (_FIRST, _END)]
        yield or_(type_coerce(column, DateTime) < moments[0], type_coerce(column, DateTime) >= moments[1])
    elif kind is date:
        yield or_(type_coerce(column, Date) < cast(_FIRST, Date), type_coerce(column, Date) >= cast(_END, Date))
    elif kind in (dict, list):
        yield func.jsonb_typeof(column) != ("array" if kind is list else "object")
        allowed = json_shapes.elements(column)
        if allowed is not None:
            test = " && ".join(f'@.type() != "{name}"' for name in allowed)
            path = f"$[*] ? ({test})" if kind is list else f"$.* ? ({test})"
            yield func.jsonb_path_exists(column, cast(path, JSONPATH))
