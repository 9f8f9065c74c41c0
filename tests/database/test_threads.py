"""The threads in which services run: one escalation cannot take them all, and no endless loop keeps one."""

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from bot.clock import SystemClock
from bot.database import compute_lock, transaction
from bot.database.engine import open_engine
from bot.database.transaction import Core, Database, concerning
from bot.handlers.kit.background import Background
from bot.models import REVISION
from bot.scheduler.watchdog import Stuck, Watchdog, is_stuck

if TYPE_CHECKING:
    from tests.support.databases import Postgres

LOCK = text("UPDATE alembic_version SET version_num = version_num")


async def test_work_on_one_escalation_takes_one_thread_and_the_others_are_served(
    _postgres: "Postgres",  # noqa: PT019 - only its fresh databases are used
) -> None:
    with _postgres.fresh() as url:
        core = Core(Database(open_engine(url), SystemClock()))
        await gate_holds(core)
        core.close()


async def gate_holds(core: Core) -> None:
    free = threading.Event()

    async def press() -> None:
        concerning.set("number 1")
        await core.run(free.wait)

    waiting = [asyncio.create_task(press()) for _ in range(4)]
    await asyncio.sleep(0)
    assert await core.run(lambda: "declared") == "declared"
    assert len(core.busy()) == 1
    free.set()
    await asyncio.gather(*waiting)


async def test_background_work_lets_requests_go_first_but_not_for_long(
    _postgres: "Postgres",  # noqa: PT019 - only its fresh databases are used
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    free, done = threading.Event(), list[str]()

    def request() -> None:
        free.wait()
        done.append("request")

    with _postgres.fresh() as url:
        core = Core(Database(open_engine(url), SystemClock()))
        for patience, order in ((600.0, ["request", "background"]), (0.0, ["background", "request"])):
            monkeypatch.setattr(transaction, "_GIVE_WAY_SECONDS", patience)
            free.clear()
            done.clear()
            asked = asyncio.create_task(core.run(request))
            await asyncio.sleep(0)
            behind = asyncio.create_task(core.run_in_background(done.append, "background"))
            await asyncio.sleep(0)
            if order[0] == "background":
                await behind
            free.set()
            await asyncio.gather(asked, behind)
            assert done == order
        core.close()


async def test_background_work_gives_way_also_while_an_answer_is_drawn(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction, "_GIVE_WAY_SECONDS", 600.0)
    core, done = Core(Database(open_engine(sqlite_url), SystemClock())), list[str]()

    async def behind() -> None:
        await core.give_way()
        done.append("background")

    with core.first():
        waiting = [
            asyncio.create_task(behind()),
            asyncio.create_task(core.run_in_background(done.append, "background")),
        ]
        await core.run(done.append, "request")
        await asyncio.sleep(0)
        done.append("answer")
    await asyncio.gather(*waiting)
    core.close()
    assert done == ["request", "answer", "background", "background"]


@pytest.mark.parametrize("reads", [True, False], ids=["reading", "changing"])
async def test_a_request_interrupts_what_only_reads_between_its_statements(
    _postgres: "Postgres",  # noqa: PT019 - only its fresh databases are used
    monkeypatch: pytest.MonkeyPatch,
    *,
    reads: bool,
) -> None:
    monkeypatch.setattr(compute_lock, "_GIVE_WAY_SECONDS", 600.0)
    begun, asked, finished, done = threading.Event(), threading.Event(), threading.Event(), list[str]()

    def behind(database: Database) -> None:
        with database.reading() if reads else database.transaction() as tx:
            begun.set()
            asked.wait()
            tx.session.execute(text("SELECT 1"))  # a transaction may hold what the request needs
            done.append("background")
            finished.set()

    def request() -> None:
        asked.set()
        if not reads:
            finished.wait(30)
        done.append("request")

    with _postgres.fresh() as url:
        core = Core(Database(open_engine(url), SystemClock()))
        background = asyncio.create_task(core.run_in_background(behind, core.database))
        await asyncio.to_thread(begun.wait)
        with core.acknowledging():
            await core.run(request)
        await background
        core.close()
    assert done == (["request", "background"] if reads else ["background", "request"])


async def test_what_follows_an_acknowledgement_interrupts_nothing(sqlite_url: str) -> None:
    core, background, found = Core(Database(open_engine(sqlite_url), SystemClock())), Background(), list[bool]()

    async def work() -> None:
        await core.run(lambda: found.append(core._busy[threading.get_ident()].is_urgent))

    with core.acknowledging():
        await work()
        background.start(work())
    await background.finish()
    core.close()
    assert found == [True, False]


async def test_several_who_ask_for_the_health_at_once_all_get_an_answer(sqlite_url: str) -> None:
    core = Core(Database(open_engine(sqlite_url), SystemClock()))

    async def ask(times: int) -> list[str | None]:
        return [await core.health(lambda _database: "its words") for _ in range(times)]

    # Readiness and the heartbeat ask on their own.
    found = await asyncio.gather(*(ask(50) for _ in range(4)))
    assert {one for each in found for one in each} == {"its words"}
    core.close()


async def test_an_endless_loop_within_a_transaction_is_interrupted(database_url: str) -> None:
    core = Core(Database(open_engine(database_url), SystemClock()))
    watchdog = Watchdog(core.busy, thread_seconds=0.3, grace_seconds=60, look_seconds=0.05, end=must_not_end)
    watchdog.start()
    try:
        for loop in (endless, endless_with_statements):
            with pytest.raises((Stuck, StatementError)) as interrupted:
                await core.run(loop, core.database)
            assert is_stuck(interrupted.value)
        assert await core.run(version, core.database) == REVISION, (
            "its transaction is rolled back and its thread goes on"
        )
    finally:
        watchdog.stop()
        core.close()


def test_a_thread_that_waits_for_the_database_is_not_taken_for_an_endless_loop(
    _postgres: "Postgres",  # noqa: PT019 - only its fresh databases are used
) -> None:
    with _postgres.fresh() as url:
        core = Core(Database(open_engine(url), SystemClock()))
        holder = core.database.engine.connect()
        holder.execute(LOCK)
        waiting = core._threads.submit(core._watched, lambda: locked(core.database))
        while None not in core.busy().values():
            assert not waiting.done()
        holder.rollback()
        waiting.result()
        assert core.busy() == {}
        holder.close()
        core.close()


def endless(database: Database) -> None:
    with database.transaction() as tx:
        tx.session.execute(LOCK)
        while True:
            pass


def endless_with_statements(database: Database) -> None:
    with database.transaction() as tx:
        while True:
            tx.session.execute(LOCK)


def locked(database: Database) -> None:
    with database.transaction() as tx:
        tx.session.execute(LOCK)


def version(database: Database) -> str:
    with database.transaction() as tx:
        return str(tx.session.scalar(text("SELECT version_num FROM alembic_version")))


def must_not_end() -> None:
    raise AssertionError("it must not end the process")
