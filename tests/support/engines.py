"""One engine for each kind of database, pointed at one database after the other.

An engine keeps the statements it has compiled. Opened anew for each story, it spent a fifth of the suite on compiling
the same ones again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Dialect, Engine, event
from sqlalchemy.engine import make_url

from bot.database.transaction import open_engine

# As many connections as two programs in one story use.
_POOL = 12
_ENGINES: dict[str, Engine] = {}
_POINTED: dict[str, str] = {}


@contextmanager
def kept_engine(database_url: str) -> Iterator[None]:
    """Have the program that is built meanwhile work on this database with the engine that is kept for its kind."""
    kind = make_url(database_url).get_backend_name()
    _POINTED[kind] = database_url
    if kind not in _ENGINES:
        _ENGINES[kind] = open_engine(database_url, pool=_POOL)
        event.listen(_ENGINES[kind], "do_connect", _point)

    def opened(url: str) -> Engine:
        assert url == database_url, "a story is told on one database"
        return _ENGINES[kind]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.app.open_engine", opened)
        yield
    _ENGINES[kind].dispose()


def _point(dialect: Dialect, _record: object, words: list[Any], named: dict[str, Any]) -> None:
    """Connect to the database of now: the arguments are changed where they stand."""
    url = make_url(_POINTED[dialect.name])
    words[:], named_now = dialect.create_connect_args(url)
    named.clear()
    named.update(named_now)
    if dialect.name == "sqlite":
        named["check_same_thread"] = False
