"""The related rows of escalations, of all their tables in one statement.

A statement costs a round trip to PostgreSQL, and while somebody waits that is more than reading the rows. Each row of
the union holds the columns of one table; columns of the same type share a place, and the places a table doesn't need
are empty.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Integer,
    Select,
    String,
    Table,
    bindparam,
    cast,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.database.instances import table_of
from bot.models.base import EnumText
from bot.models.escalation import Escalation
from bot.models.pages import Page

RELATED: Final[Sequence[InstrumentedAttribute[Any]]] = (
    Escalation.slots,
    Escalation.clocks,
    Escalation.spans,
    Escalation.participants,
    Escalation.actions,
    Escalation.pages,
)

# Rounds of pages that are long over are left out: there may be years of them (`bot.database.past_pages`).
_READ: Final[Mapping[str, Sequence[ColumnElement[bool]]]] = {"pages": (Page.set_aside_at.is_(None),)}

# The places of a row that say which table it is of, and where in the order of the relation it stands.
_TABLE, _ORDER, _FIRST = 0, 1, 2


def _sharing(column: Column[Any]) -> object:
    """Return what columns must have in common to share a place: the database's type, and how its values are read."""
    kind = column.type
    if isinstance(kind, EnumText):
        return EnumText, kind.kind
    return String if type(kind) is String else repr(kind)


def _places(tables: Sequence[Table]) -> tuple[Sequence[Column[Any]], Sequence[Sequence[int]]]:
    """Return a column for each place, as an example of its type, and for each table the places of its columns."""
    examples: list[Column[Any]] = []
    of_tables: list[Sequence[int]] = []
    for table in tables:
        places: list[int] = []
        for column in table.columns:
            free = (
                at for at, example in enumerate(examples) if at not in places and _sharing(example) == _sharing(column)
            )
            places.append(next(free, len(examples)))
            if places[-1] == len(examples):
                examples.append(column)
        of_tables.append(places)
    return examples, of_tables


_TABLES: Final = tuple(table_of(relation.property.mapper.class_) for relation in RELATED)
_EXAMPLES, _PLACES = _places(_TABLES)
_AT: Final[Sequence[Sequence[int]]] = tuple(tuple(_FIRST + place for place in places) for places in _PLACES)


def _select(number: int, where: Callable[[Column[int]], ColumnElement[bool]]) -> Select[Any]:
    table, relation = _TABLES[number], RELATED[number]
    taken = dict(zip(_PLACES[number], table.columns, strict=True))
    ordered = [*(relation.property.order_by or ()), literal_column("0", Integer)]
    empty = (cast(null(), example.type) for example in _EXAMPLES)
    values = [taken.get(place, none) for place, none in enumerate(empty)]
    return (
        select(
            literal_column(str(number), Integer).label("table"),
            ordered[0].label("order"),
            *(value.label(f"place_{place}") for place, value in enumerate(values)),
        )
        .select_from(table)
        .where(where(table.c.escalation_id), *_READ.get(relation.key, ()))
    )


def _statement(where: Callable[[Column[int]], ColumnElement[bool]]) -> Any:
    """Return the statement that reads the related rows of the escalations that `where` selects by their number."""
    rows = union_all(*(_select(number, where) for number in range(len(_TABLES))))
    return rows.order_by(rows.selected_columns[_TABLE], rows.selected_columns[_ORDER])


_ONE: Final[BindParameter[Any]] = bindparam("number")
_SEVERAL: Final[BindParameter[Any]] = bindparam("numbers", expanding=True)
# Built once: building one takes longer than the database takes to run it.
_OF_ONE: Final = _statement(lambda column: column == _ONE)
_OF_SEVERAL: Final = _statement(lambda column: column.in_(_SEVERAL))


def read(session: Session, numbers: Collection[int]) -> Iterator[tuple[InstrumentedAttribute[Any], Sequence[Any]]]:
    """Yield the relation of each row and the values of its table's columns, in the order of the relation."""
    connection = session.connection()
    if len(numbers) == 1:
        rows = connection.execute(_OF_ONE, {"number": next(iter(numbers))})
    else:
        rows = connection.execute(_OF_SEVERAL, {"numbers": sorted(numbers)})
    for row in rows:
        number = row[_TABLE]
        yield RELATED[number], [row[place] for place in _AT[number]]
