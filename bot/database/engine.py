"""The engine: connections to SQLite or PostgreSQL, with their limits."""

import contextlib
import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError, InvalidatePoolError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.models.base import read_json

# Connections, and threads that use them: for requests; for background work, which requests can't take; and one that
# only checks the database.
POOL = 4
BEHIND = 2
HEALTH = 1
_CONNECT_SECONDS = 5
# A connection used within so many seconds is taken to be alive.
_FRESH_SECONDS = 1.0
# A process that freezes within a transaction must not hold the others up: those waiting for its lock give up soon, and
# PostgreSQL ends its session, before the leases of what it had in hand are over. In milliseconds.
_LIMITS = {"lock_timeout": 3_000, "statement_timeout": 20_000, "idle_in_transaction_session_timeout": 6_000}
# Whatever the server's defaults are: `bot.models.postgresql` reads dates and times in this style, and at a stricter
# isolation most of what two people do at once is refused.
_STYLE = r"-c datestyle=ISO -c default_transaction_isolation=read\ committed"
# A lost server or network is noticed within half a minute.
_KEEPALIVE = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
SQLITE_WAIT_MS = 10_000
FILE_GONE = "its file is gone"


def open_engine(url: str, *, pool: int = POOL, read_only: bool = False) -> Engine:
    """Open a database. SQLite gets write-ahead logging, foreign keys and a lock from the first statement.

    Opened `read_only` it can't be changed; readers neither wait for writers nor hold them up.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            _keep_private(Path(parsed.database))
        engine = create_engine(parsed, connect_args={"check_same_thread": False}, json_deserializer=read_json)
        event.listen(engine, "connect", _prepare_sqlite)
        _check_file(engine)
        event.listen(engine, "begin", _begin_reading if read_only else _begin_immediate)
        return engine
    if parsed.drivername in {"postgres", "postgresql"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    given = parsed.query.get("options", "")
    set_ = {**_LIMITS, "default_transaction_read_only": "on"} if read_only else _LIMITS
    limits = " ".join(f"-c {name}={value}" for name, value in set_.items())
    engine = create_engine(
        parsed.difference_update_query(["options"]),
        # Limits in the database address come after ours and win.
        connect_args={"connect_timeout": _CONNECT_SECONDS, **_KEEPALIVE, "options": f"{limits} {given} {_STYLE}"},
        pool_size=pool + BEHIND + HEALTH,
        max_overflow=2,
        pool_recycle=1800,
        # A server process remembers tables and plans for its connection, so the one used last answers soonest.
        pool_use_lifo=True,
        json_deserializer=read_json,
    )
    from bot.models import postgresql  # noqa: PLC0415 - imports the driver, which SQLite alone doesn't need

    event.listen(engine, "do_connect", _connect_to_unicode)
    event.listen(engine, "connect", postgresql.prepare)
    _check_idle_connections(engine)
    return engine


def _connect_to_unicode(dialect: Any, _record: object, words: Any, named: Any) -> Any:
    """Connect, and refuse a database that can't store every character: some names would be, others never."""
    connection = dialect.connect(*words, **named)
    encoding = connection.info.parameter_status("server_encoding")
    if encoding == "UTF8":
        return connection
    connection.close()
    raise dialect.loaded_dbapi.OperationalError(f"its encoding is {encoding}; make it with ENCODING 'UTF8'")


def _check_idle_connections(engine: Engine) -> None:
    """Check a connection before use, as the pool's own `pre_ping` does, unless it has just been used.

    The check is a round trip to the server, and somebody waits for it.
    """

    def back(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["used_at"] = time.monotonic()

    def out(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        used_at: float | None = record.info.get("used_at")
        if used_at is None or time.monotonic() - used_at < _FRESH_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            # The server is gone, and so is every connection that was opened before now.
            raise InvalidatePoolError from error

    event.listen(engine, "checkin", back)
    event.listen(engine, "checkout", out)


def _check_file(engine: Engine) -> None:
    """Refuse a connection whose file was deleted, and open the new file if it was replaced.

    SQLite would go on writing into the deleted one, and with the process all of it would be gone.
    """

    def open_(_dialect: object, _record: object, words: list[Any], _named: object) -> None:
        # SQLite would make an empty one, if there is a folder for it.
        if words[0] != ":memory:" and _identity(words[0]) is None and Path(words[0]).parent.is_dir():
            raise sqlite3.OperationalError(FILE_GONE)

    def opened(connection: Any, record: ConnectionPoolEntry) -> None:
        path = next(file for _, name, file in connection.execute("PRAGMA database_list") if name == "main")
        record.info["file"] = (path, _identity(path))

    def out(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        path, before = record.info["file"]
        if not path or (now := _identity(path)) == before:
            return
        if now is None:
            raise OperationalError(None, None, sqlite3.OperationalError(FILE_GONE))
        raise DisconnectionError("the database's file has been replaced")

    event.listen(engine, "do_connect", open_)
    event.listen(engine, "connect", opened)
    event.listen(engine, "checkout", out)


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - each transaction does it, and a Path takes five times as long
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _keep_private(path: Path) -> None:
    """Create a missing database file readable by its owner only: it holds what customers said."""
    with contextlib.suppress(OSError):  # opening it reports what is wrong
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must leave transactions alone: `_begin_immediate` opens them.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={SQLITE_WAIT_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Any) -> None:
    # Taking the write lock first makes two processes wait for each other instead of failing halfway.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_reading(connection: Any) -> None:
    connection.exec_driver_sql("PRAGMA query_only=ON")
    connection.exec_driver_sql("BEGIN")
