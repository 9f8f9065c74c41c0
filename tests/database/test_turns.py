"""Threads compute one at a time, and one that never ends stops nobody."""

import asyncio
import threading
import time

from sqlalchemy import text

from bot.clock import SystemClock
from bot.database.engine import open_engine
from bot.database.transaction import Core, Database
from bot.database.turns import Turn, Turns


def test_two_threads_never_have_the_turn_at_once() -> None:
    turns, together, most = Turns(), [0], [0]

    def compute() -> None:
        turn = Turn()
        for _ in range(200):
            turns.take(turn)
            if turn.is_taken:
                together[0] += 1
                most[0] = max(most[0], together[0])
                time.sleep(0)
                together[0] -= 1
            turns.leave(turn)

    threads = [threading.Thread(target=compute) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def test_a_turn_that_never_ends_delays_the_others_only_briefly() -> None:
    turns, endless, mine = Turns(), Turn(), Turn()
    turns.take(endless)
    turns.take(mine)
    assert not mine.is_taken  # it goes on without
    turns.leave(mine)
    assert endless.is_taken


async def test_a_thread_that_waits_for_the_database_lets_others_compute(database_url: str) -> None:
    core = Core(Database(open_engine(database_url), clock=SystemClock()))
    seen: list[bool] = []

    def work() -> None:
        with core.database.transaction() as tx:
            turn = core._busy[threading.get_ident()].turn
            seen.append(turn.is_taken)
            tx.session.execute(text("SELECT 1"))
            seen.append(turn.is_taken)
            tx.after_commit.append(lambda: seen.append(turn.is_taken))

    try:
        await asyncio.gather(*(core.run(work) for _ in range(3)))
        assert seen == [True, True, False] * 3 or sorted(seen) == [False] * 3 + [True] * 6
        assert core.busy() == {}
    finally:
        core.close()
