"""Readiness asks whether the database can be written, seldom, and again at once while it can't."""

from typing import Any

from sqlalchemy import event

from bot.clock import SystemClock
from bot.database.engine import open_engine
from bot.database.transaction import Database
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
