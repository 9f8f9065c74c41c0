"""Readiness asks whether the database can be written, seldom, and again at once while it can't."""

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from bot.clock import SystemClock
from bot.database.engine import open_engine
from bot.database.transaction import Database, is_away
from bot.database.writable import EVERY_SECONDS, Writable


def test_a_write_is_tried_now_and_then(database_url: str) -> None:
    now = [0.0]
    tried: list[bool] = []
    writable = Writable(lambda: now[0])
    database = Database(open_engine(database_url), SystemClock())
    for seconds in (0.0, 1.0, EVERY_SECONDS - 1, EVERY_SECONDS, EVERY_SECONDS + 1):
        now[0] = seconds
        assert writable.problem(database) is None
        tried.append(writable._written_at == seconds)
    assert tried == [True, False, False, True, False]
    database.engine.dispose()


def test_a_database_that_can_only_be_read_is_not_ready(database_url: str) -> None:
    if database_url.startswith("postgresql"):
        database = Database(
            open_engine(f"{database_url}&options=-c%20default_transaction_read_only%3Don"), SystemClock()
        )
    else:
        database = Database(open_engine(database_url), SystemClock())
        event.listen(database.engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only=ON"))
    writable = Writable()
    assert writable.problem(database) == "it can only be read"
    assert writable.problem(database) == "it can only be read", "it is tried again at once"
    database.engine.dispose()


def test_a_database_that_is_gone_is_named_by_what_happened(sqlite_url: str) -> None:
    database = Database(open_engine(sqlite_url), SystemClock())

    def gone(*_: Any) -> None:
        raise OSError("gone")

    event.listen(database.engine, "do_connect", gone)
    assert Writable().problem(database) == "OSError"


def test_nothing_is_written_into_a_file_that_was_deleted_and_a_file_put_back_is_used(
    sqlite_url: str, folder: Path
) -> None:
    file, copy = Path(str(make_url(sqlite_url).database)), folder / "backup.db"
    database, writable = Database(open_engine(sqlite_url), SystemClock()), Writable()
    assert writable.problem(database) is None
    shutil.copy(file, copy)
    for part in file.parent.glob(f"{file.name}*"):
        part.unlink()
    assert writable.problem(database) == "its file is gone"
    with pytest.raises(OperationalError) as refused, database.transaction() as tx:
        tx.session.execute(text("UPDATE alembic_version SET version_num = 'lost'"))
    assert is_away(refused.value), "the caller is told to try again"
    assert not file.exists()
    copy.rename(file)
    assert writable.problem(database) is None
    with database.transaction() as tx:
        tx.session.execute(text("UPDATE alembic_version SET version_num = 'kept'"))
    database.engine.dispose()
    with sqlite3.connect(file) as written:
        assert written.execute("SELECT version_num FROM alembic_version").fetchall() == [("kept",)]


@pytest.mark.parametrize(
    ("bytes_", "words"), [(b"", "it has no tables"), (b"I am no database. " * 300, "its file is no database")]
)
def test_another_file_in_its_place_is_named(sqlite_url: str, folder: Path, bytes_: bytes, words: str) -> None:
    file, other = Path(str(make_url(sqlite_url).database)), folder / "other.db"
    database, writable = Database(open_engine(sqlite_url), SystemClock()), Writable()
    assert writable.problem(database) is None
    other.write_bytes(bytes_)
    other.rename(file)
    for part in file.parent.glob(f"{file.name}-*"):
        part.unlink()
    assert writable.problem(database) == words
    database.engine.dispose()
