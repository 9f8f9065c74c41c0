"""Work that never comes back is interrupted; a process that was frozen meanwhile is left alone."""

import asyncio
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.clock import SystemClock
from bot.database import outbox
from bot.database.engine import open_engine
from bot.database.outbox import NewEffect
from bot.database.transaction import Core, Database, Transaction
from bot.models.work import Effect, EffectKind
from bot.scheduler.deliver import Deliverer
from bot.scheduler.jobs import Job, Settle
from bot.scheduler.watchdog import Stuck, Watchdog
from tests.support.story import story as told

if TYPE_CHECKING:
    from collections.abc import Mapping


async def test_an_endless_loop_on_the_event_loop_is_interrupted_and_the_loop_continues() -> None:
    watchdog = Watchdog(loop_seconds=0.3, grace_seconds=60, look_seconds=0.05, end=_must_not_end)
    watchdog.start()
    try:
        with pytest.raises(Stuck):
            await asyncio.create_task(_endless())
        await asyncio.sleep(0)
    finally:
        watchdog.stop()


async def test_an_endless_loop_in_a_thread_is_interrupted() -> None:
    busy: dict[int, object] = {}
    watchdog = Watchdog(lambda: dict(busy), thread_seconds=0.3, grace_seconds=60, look_seconds=0.05, end=_must_not_end)
    watchdog.start()
    try:
        with pytest.raises(Stuck):
            await asyncio.to_thread(_endless_in_a_thread, busy)
    finally:
        watchdog.stop()


async def test_a_process_that_was_frozen_is_left_alone() -> None:
    times = iter([0.0, 1.0, 2.0, 90.0, 91.0, 92.0])
    mark: Mapping[int, object] = {threading.get_ident() + 1: "the same work"}
    watchdog = Watchdog(lambda: mark, monotonic=lambda: next(times), thread_seconds=10, end=_must_not_end)
    watchdog._looked_at = next(times)
    for _ in range(5):
        watchdog.look()
    assert {watched.interrupted for watched in watchdog._watched.values()} == {False}


async def test_what_cannot_be_interrupted_ends_the_process() -> None:
    ended: list[bool] = []
    seconds = [0.0]
    stuck: Mapping[int, object] = {1: "a call into C"}  # no thread of ours has that number: nothing can be raised in it
    watchdog = Watchdog(lambda: stuck, monotonic=lambda: seconds[0], thread_seconds=60, end=lambda: ended.append(True))
    watchdog._loop_thread = 2
    while not ended:
        seconds[0] += 1.0
        watchdog._beats += 1
        watchdog.look()
    assert seconds[0] == 71.0


async def test_an_effect_that_is_never_drawn_is_parked_at_once_and_the_others_go_on(
    sqlite_url: str, defects: list[str]
) -> None:
    database = Database(open_engine(sqlite_url), clock=SystemClock())
    core, performed, parked = Core(database), list[int](), list[str]()
    with database.transaction() as tx:
        outbox.put_all(tx, None, *(NewEffect(EffectKind.FEED, {"what": what}) for what in ("endless", "short")))

    async def perform(job: Job) -> Settle | None:
        if job.effect.payload["what"] == "endless":
            await _endless()
        performed.append(job.effect.id)
        return None

    class Jobs:
        def prepare(self, tx: Transaction, effects: Sequence[Effect]) -> list[Job]:
            return [Job(effect, None, None, tx.now) for effect in effects]

        def record_posts(self, _tx: Transaction, _job: Job) -> None:
            """Nothing is noted."""

        def report_failed(self, _tx: Transaction, _job: Job, why: str) -> None:
            parked.append(why)

        def report_blocked(self, _tx: Transaction, _job: Job, why: str) -> None:
            raise AssertionError(why)

    watchdog = Watchdog(loop_seconds=0.3, grace_seconds=60, look_seconds=0.05, end=_must_not_end)
    watchdog.start()
    try:
        await Deliverer(core, Jobs(), {EffectKind.FEED: perform}).drain()
    finally:
        watchdog.stop()
        core.close()
    assert performed == [2]
    assert len(defects) == 1
    assert "effect failed" in defects.pop()
    assert parked == ["it never came back and was interrupted"]


def _must_not_end() -> None:
    raise AssertionError("it must not end the process")


async def _endless() -> None:
    while True:
        pass


def _endless_in_a_thread(busy: dict[int, object]) -> None:
    busy[threading.get_ident()] = "an endless loop"
    while True:
        pass


def test_the_program_watches_the_threads_in_which_its_requests_run(sqlite_url: str, folder: Path) -> None:
    with told(sqlite_url, folder) as story:
        watchdog, core = story.program.watchdog, story.program.services.core
        watchdog.thread_seconds, watchdog.look_seconds, watchdog.end = 0.3, 0.05, _must_not_end
        story._loop.call_soon_threadsafe(watchdog.start)
        for run in (core.run, core.run_in_background):
            with pytest.raises(Stuck):
                story._run(run(_busy_for_long))
        assert "Escalate" in str(story.command("noor", "help")["ack"])


def _busy_for_long() -> None:
    """Compute until interrupted. A program that isn't watched comes to an end too, for the sake of the test."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        pass
