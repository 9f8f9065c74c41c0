"""Base class and column types with the same meaning on SQLite and PostgreSQL.

One value that can't be read must not fail the whole SELECT: it is loaded as `Unreadable`, and only its row is refused
(`bot.models.reading`).
"""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any, Generic, TypeVar

from sqlalchemy import JSON, BigInteger, Date, DateTime, Dialect, Index, Integer, MetaData, Numeric, String, TextClause
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.policy.time import years

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Unreadable:
    """A stored value that its column's type can't read: a word of another version, broken JSON, an invalid date."""

    __slots__ = ("raw",)

    def __init__(self, raw: object) -> None:
        self.raw = raw

    def __repr__(self) -> str:
        return f"unreadable {self.raw!r}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unreadable) and self.raw == other.raw

    def __hash__(self) -> int:
        return hash(self.raw)


class _Lenient(TypeDecorator[T], Generic[T]):
    """Load values that can't be read as `Unreadable`."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Return the type's own result processor, made safe; None if the driver returns the right type itself."""
        read = super().result_processor(dialect, coltype)
        if read is None:
            return None

        def process(value: Any) -> Any:
            try:
                return read(value)
            except (ValueError, TypeError, ArithmeticError):
                return Unreadable(value)

        return process


class LenientDate(_Lenient[date]):
    """A date of the years that there can be (`bot.policy.time.years`)."""

    impl = Date
    cache_ok = True

    def process_result_value(self, value: Any, _dialect: Dialect) -> Any:
        """Return the date; one of another year can't be computed with."""
        if value is None or isinstance(value, Unreadable) or years.is_plausible(value):
            return value
        return Unreadable(value.isoformat())


class LenientNumeric(_Lenient[Decimal]):
    """A decimal number with a fixed number of digits: never infinite or NaN."""

    impl = Numeric
    cache_ok = True

    def process_result_value(self, value: Decimal | None, _dialect: Dialect) -> Any:
        """Return the number; infinity and NaN become `Unreadable`."""
        return value if value is None or value.is_finite() else Unreadable(value)


class UtcDateTime(_Lenient[datetime]):
    """An aware datetime, stored in UTC. SQLite has no time zones, so values read from it are marked as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Convert to UTC. Raises ValueError for a naive datetime, which is a defect."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime: {value!r}")
        return value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """Return a function that does all in one: a record is read in hundreds of times."""
        read = self.impl_instance.dialect_impl(dialect).result_processor(dialect, coltype)

        def process(value: Any) -> Any:
            if value is None:
                return None
            try:
                return self.process_result_value(value if read is None else read(value), dialect)
            except (ValueError, TypeError, ArithmeticError):
                return Unreadable(value)

        return process

    def process_result_value(self, value: Any, _dialect: Dialect) -> Any:
        """Return the datetime, aware, in UTC; what can't be read, or is of no plausible year, is `Unreadable`."""
        if value is None or isinstance(value, Unreadable):
            return value
        if not years.is_plausible(value):
            return Unreadable(value.isoformat())
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JsonType(TypeDecorator[Any]):
    """JSON, as JSONB on PostgreSQL. None is NULL."""

    impl = JSON
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(none_as_null=True)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type of the database. PostgreSQL's is loaded only for PostgreSQL: it takes three MiB."""
        if dialect.name != "postgresql":
            return self.impl_instance
        from sqlalchemy.dialects.postgresql import JSONB  # noqa: PLC0415 - as said above

        return dialect.type_descriptor(JSONB(none_as_null=True))

    def coerce_compared_value(self, op: OperatorType | None, value: Any) -> TypeEngine[Any]:
        """Compare as JSON does: what an index or a path gives needn't be JSON."""
        return self.impl_instance.coerce_compared_value(op, value)


Json: TypeEngine[Any] = JsonType()
# Key in a JSON column's `info`: whether it holds lists or mappings, if no default shows it.
HOLDS = "holds"
BigId: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")


class EnumText(TypeDecorator[E]):
    """An enumeration stored as plain text, so that a new member needs no migration.

    A value this version doesn't know is loaded as `Unreadable`.
    """

    impl = String
    cache_ok = True

    def __init__(self, kind: type[E], length: int = 40) -> None:
        super().__init__(length)
        self.kind = kind
        self.length = length
        self._members = {member.value: member for member in kind}

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        """Return the stored text. Raises ValueError for a value that isn't a member, which is a defect."""
        if value is None:
            return None
        return str(value.raw) if isinstance(value, Unreadable) else self.kind(value).value

    def process_result_value(self, value: Any, _dialect: Dialect) -> Any:
        """Return the member with that value."""
        return None if value is None else self._members.get(value) or Unreadable(value)


def words(kind: type[E], length: int = 40) -> EnumText[E]:
    """Return the column type for an enumeration."""
    return EnumText(kind, length)


def read_json(text: str | bytes) -> Any:
    """Parse JSON from a column; invalid JSON becomes `Unreadable`. Used as the engine's deserializer."""
    try:
        return json.loads(text)
    except ValueError:
        return Unreadable(text)


class PartialIndex(Index):
    """An index of the rows that meet a condition, on both databases.

    `sqlite_where` and `postgresql_where` say the same, and load both of SQLAlchemy's dialects with every table. Only
    what makes or compares tables needs the condition.
    """

    def __init__(self, name: str, *columns: str, where: TextClause, unique: bool = False) -> None:
        super().__init__(name, *columns, unique=unique)
        self._where = where

    @cached_property
    def dialect_options(self) -> Any:
        """Return the options of each database, by its name."""
        options = super().dialect_options
        for dialect in ("sqlite", "postgresql"):
            options[dialect]["where"] = self._where
        return options


class Base(DeclarativeBase):
    """Base class of the tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a class attribute and never changes it
        datetime: UtcDateTime,
        date: LenientDate,
        str: String,
        dict[str, Any]: Json,
        list[str]: Json,
    }
