"""Checks that the database accepts writes: it may answer reads with a full disk, or be opened read-only."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bot.database.engine import FILE_GONE, SQLITE_WAIT_MS
from bot.database.transaction import Database

# The shortest interval between trial writes while all is well.
EVERY_SECONDS = 15.0
_WAIT_MS = 1_000
# It changes nothing and is committed all the same: a full disk refuses nothing that is rolled back.
_WRITE = "UPDATE alembic_version SET version_num = version_num"
_IN_WORDS = {
    FILE_GONE: FILE_GONE,
    "no such table: alembic_version": "it has no tables",
    "file is not a database": "its file is no database",
    "database disk image is malformed": "its file is damaged",
    "42P01": "it has no tables",
    "3D000": "it doesn't exist",
    "database is locked": "another process keeps it locked",
    "database or disk is full": "its disk is full",
    "disk I/O error": "its disk cannot be written",
    "attempt to write a readonly database": "it can only be read",
    "53100": "its disk is full",
    "25006": "it can only be read",
    "55P03": "another process keeps it locked",
}


@dataclass
class Writable:
    """Check that the database answers, and now and then that it accepts writes, on one thread's connection."""

    monotonic: Callable[[], float] = time.monotonic
    _written_at: float | None = None

    def problem(self, database: Database) -> str | None:
        """Return what is wrong with the database in a few words; None if nothing is. Never raises."""
        now = self.monotonic()
        is_due = self._written_at is None or now - self._written_at >= EVERY_SECONDS
        try:
            with database.engine.connect() as connection:
                if database.is_sqlite:
                    _ask_sqlite(connection, write=is_due)
                else:
                    connection.execute(text(_WRITE if is_due else "SELECT 1"))
                    connection.commit()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what readiness is there to say
            self._written_at = None
            return _words(error)
        if is_due:
            self._written_at = now
        return None


def _ask_sqlite(connection: Connection, *, write: bool) -> None:
    """Check SQLite without the engine, which would take the write lock each time and wait for it for long."""
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA busy_timeout={_WAIT_MS}")
    try:
        driver.execute(_WRITE if write else "SELECT version_num FROM alembic_version").fetchall()
    finally:
        driver.execute(f"PRAGMA busy_timeout={SQLITE_WAIT_MS}")


def _words(error: Exception) -> str:
    cause: Any = error.orig if isinstance(error, DBAPIError) else error
    found = getattr(cause, "sqlstate", None) or str(cause)
    return _IN_WORDS.get(found, type(cause).__name__)
