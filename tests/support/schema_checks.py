"""The check of a SQLite schema, done once in each process for schemas that are alike to the letter.

It asks three things about each table, which took longer than most commands that it comes before.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from sqlalchemy import Connection, Table

from bot.database import schema_check
from bot.database.schema_check import Difference

_FOUND: dict[object, list[Difference]] = {}
_check = schema_check.differences


@contextmanager
def checked_once() -> Iterator[None]:
    """Check each schema once within this context: what was found of one that is written alike is found again."""
    with patch.object(schema_check, "differences", _differences):
        yield


def _differences(connection: Connection, wanted: Iterable[Table] | None = None) -> list[Difference]:
    if wanted is not None or connection.dialect.name != "sqlite":
        return _check(connection, wanted)
    written = connection.exec_driver_sql("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name")
    schema = tuple(map(tuple, written))
    if schema not in _FOUND:
        _FOUND[schema] = _check(connection)
    return list(_FOUND[schema])
