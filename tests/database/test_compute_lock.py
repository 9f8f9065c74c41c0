"""Threads compute one at a time, and one that never ends stops nobody."""

import asyncio
import threading
import time

import pytest
from sqlalchemy import text

from bot.clock import SystemClock
from bot.database import compute_lock
from bot.database.compute_lock import ComputeLock, ComputeState
from bot.database.engine import open_engine
from bot.database.transaction import Core, Database


def test_two_threads_never_hold_the_lock_at_once() -> None:
    lock, together, most = ComputeLock(), [0], [0]

    def compute() -> None:
        state = ComputeState()
        for _ in range(200):
            lock.acquire(state)
            if state.is_held:
                together[0] += 1
                most[0] = max(most[0], together[0])
                time.sleep(0)
                together[0] -= 1
            lock.release(state)

    threads = [threading.Thread(target=compute) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def test_a_lock_that_is_never_released_delays_the_others_only_briefly() -> None:
    lock, endless, mine = ComputeLock(), ComputeState(), ComputeState()
    lock.acquire(endless)
    lock.acquire(mine)
    assert not mine.is_held  # it goes on without
    lock.release(mine)
    assert endless.is_held


async def test_a_thread_that_waits_for_the_database_lets_others_compute(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a busy machine a thread may wait for longer than it should.
    monkeypatch.setattr(compute_lock, "_WAIT_SECONDS", 60)
    core = Core(Database(open_engine(database_url), clock=SystemClock()))
    seen: list[bool] = []

    def work() -> None:
        with core.database.transaction() as tx:
            state = core._busy[threading.get_ident()].compute
            seen.append(state.is_held)
            tx.session.execute(text("SELECT 1"))
            seen.append(state.is_held)
            tx.after_commit.append(lambda: seen.append(state.is_held))

    try:
        await asyncio.gather(*(core.run(work) for _ in range(3)))
        assert seen == [True, True, False] * 3 or sorted(seen) == [False] * 3 + [True] * 6
        assert core.busy() == {}
    finally:
        core.close()
