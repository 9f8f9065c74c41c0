"""A frozen process, or a database that does not answer, holds nobody up for long."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from bot.clock import SystemClock
from bot.database import engine as engine_module
from bot.database.engine import open_engine
from bot.database.transaction import Core, Database, is_away


@pytest.fixture
def postgres_url(_postgres: Any) -> Any:
    with _postgres.fresh() as url:
        yield url


def test_waiting_for_a_lock_times_out_soon(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    lock = text("UPDATE alembic_version SET version_num = version_num")
    with engine.connect() as frozen, engine.connect() as other:
        frozen.execute(lock)
        with pytest.raises(OperationalError, match="lock timeout") as refused:
            other.execute(lock)
        assert is_away(refused.value)
        limits = ("statement_timeout", "idle_in_transaction_session_timeout")
        assert [frozen.scalar(text(f"SHOW {name}")) for name in limits] == ["20s", "6s"]
    engine.dispose()


def test_the_connection_used_last_is_used_next(postgres_url: str) -> None:
    """Its server process knows tables and plans. In turn, each of seven would forget a rare statement's plan."""
    engine = open_engine(postgres_url)
    served = text("SELECT pg_backend_pid()")
    with engine.connect() as last:
        with engine.connect() as first:
            first.execute(served)
        number = last.scalar(served)
    found = set()
    for _ in range(3):
        with engine.connect() as connection:
            found.add(connection.scalar(served))
    engine.dispose()
    assert found == {number}


def test_a_server_whose_defaults_are_others_changes_nothing(postgres_url: str) -> None:
    """Most of what two people do at once would be refused at a stricter isolation, and dates be read wrongly."""
    before = open_engine(postgres_url)
    with before.connect() as connection:
        name = connection.scalar(text("SELECT current_database()"))
        for given in ("default_transaction_isolation = 'serializable'", "datestyle = 'German'"):
            connection.execute(text(f"ALTER DATABASE {name} SET {given}"))
        connection.commit()
    before.dispose()
    engine = open_engine(postgres_url)
    with engine.connect() as connection:
        shown = [connection.scalar(text(f"SHOW {one}")) for one in ("transaction_isolation", "datestyle")]
    assert shown[0] == "read committed"
    assert str(shown[1]).startswith("ISO")
    engine.dispose()


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_that_cannot_store_every_character_is_refused(postgres_url: str, encoding: str) -> None:
    name = f"in_{encoding.lower()}"
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0".encode())
    engine = open_engine(make_url(postgres_url).set(database=name).render_as_string(hide_password=False))
    with pytest.raises(OperationalError, match=f"its encoding is {encoding}; make it with ENCODING 'UTF8'"):
        engine.connect()
    engine.dispose()


def test_a_server_or_network_that_is_lost_is_noticed(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    with engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        told = driver.info.get_parameters()
    names = ("keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout")
    assert [told.get(name) for name in names] == ["1", "10", "5", "3", "20000"]
    engine.dispose()


def test_a_connection_is_tried_before_it_is_used_unless_it_has_just_been(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To try it is a way to the server and back, and each request would wait for that."""
    engine, tried = open_engine(postgres_url), list[object]()
    ping = engine.dialect.do_ping

    def counted(connection: Any) -> bool:
        tried.append(connection)
        return ping(connection)

    monkeypatch.setattr(engine.dialect, "do_ping", counted)
    asked = text("SELECT pg_backend_pid()")
    with engine.connect() as connection:
        process = connection.scalar(asked)
    with engine.connect() as connection:
        assert connection.scalar(asked) == process
    assert tried == []
    operator = open_engine(postgres_url)
    with operator.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process})
    operator.dispose()
    monkeypatch.setattr(engine_module, "_FRESH_SECONDS", 0)
    with engine.connect() as connection:
        assert connection.scalar(asked) not in {None, process}
    assert tried
    engine.dispose()


async def test_background_work_continues_while_requests_take_every_thread(postgres_url: str) -> None:
    core = Core(Database(open_engine(postgres_url), SystemClock()))
    free = threading.Event()
    waiting = [asyncio.ensure_future(core.run(free.wait)) for _ in range(8)]
    await asyncio.sleep(0)
    assert await core.run_in_background(lambda: "tick") == "tick"
    assert await core.health(lambda _: None) is None
    free.set()
    await asyncio.gather(*waiting)
    core.close()


def test_a_new_sqlite_file_is_its_owners_alone(folder: Path) -> None:
    engine = open_engine(f"sqlite:///{folder / 'new.db'}")
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE kept (id INTEGER)"))
        connection.commit()
    engine.dispose()
    assert (folder / "new.db").stat().st_mode & 0o777 == 0o600


async def test_a_database_that_does_not_answer_is_told_all_the_same(sqlite_url: str) -> None:
    core = Core(Database(open_engine(sqlite_url), SystemClock()))
    free = threading.Event()

    def hang(_: Database) -> None:
        free.wait()

    assert await core.health(hang) == "no answer within 1.5 s"
    assert await core.health(hang) == "no answer within 1.5 s"
    free.set()
    core.close()
