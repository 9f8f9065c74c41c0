"""One engine per kind of database, pointed at one database after another.

An engine caches compiled statements. Recreated for each story, it spent a fifth of the suite compiling the same ones
again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Dialect, Engine, event
from sqlalchemy.engine import make_url

from bot.database.engine import open_engine

# Enough for two programs in one story.
_POOL = 12
_ENGINES: dict[str, Engine] = {}
_POINTED: dict[str, str] = {}


@contextmanager
def kept_engine(database_url: str) -> Iterator[None]:
    """Make the program built within this context use the shared engine, on this database."""
    engine = _pointed_at(database_url)

    def opened(url: str) -> Engine:
        assert url == database_url, "a story is told on one database"
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.app.open_engine", opened)
        yield
    engine.dispose()


@contextmanager
def kept_engines() -> Iterator[None]:
    """Make services built within this context use the shared engines: of a kind, on one database after another."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.app.open_engine", _pointed_at)
        yield
    for engine in _ENGINES.values():
        engine.dispose()


def _pointed_at(database_url: str) -> Engine:
    """Return the shared engine, which connects to this database from now on."""
    kind = make_url(database_url).get_backend_name()
    if kind not in _ENGINES:
        _POINTED[kind] = database_url
        _ENGINES[kind] = open_engine(database_url, pool=_POOL)
        event.listen(_ENGINES[kind], "do_connect", _point)
        # Before the engine's own listeners, which look at what is connected to. SQLAlchemy has no option for that here.
        _ENGINES[kind].dialect.dispatch.do_connect.listeners.rotate(1)
    elif _POINTED[kind] != database_url:
        _POINTED[kind] = database_url
        _ENGINES[kind].dispose()
    return _ENGINES[kind]


def _point(dialect: Dialect, _record: object, words: list[Any], named: dict[str, Any]) -> None:
    """Connect to the current database: the arguments are changed in place."""
    url = make_url(_POINTED[dialect.name])
    words[:], named_now = dialect.create_connect_args(url)
    named.update(named_now)
