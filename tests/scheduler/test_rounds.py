"""Rounds of the running deliverer: what it looks for after each effect, and when it is done."""

import asyncio

from bot.clock import ManualClock
from bot.database import outbox
from bot.database.engine import open_engine
from bot.database.outbox import NewEffect
from bot.database.transaction import Core, Database
from bot.models.work import EffectKind
from bot.scheduler.deliver import Deliverer
from bot.scheduler.jobs import Job
from tests.scheduler.test_backlog import NOON, PlainJobs


async def test_what_waits_its_turn_is_sent_before_it_is_settled_and_what_is_held_back_stays(database_url: str) -> None:
    clock = ManualClock(NOON)
    database = Database(open_engine(database_url), clock=clock, real_clock=clock)
    core, sent, rounds = Core(database), list[tuple[EffectKind, int]](), 0

    async def perform(job: Job) -> None:
        sent.append((job.effect.kind, job.effect.id))

    deliverer = Deliverer(core, PlainJobs(), {EffectKind.FEED: perform, EffectKind.REFRESH_CARD: perform})
    database.listen(deliverer)
    claimed = deliverer._claim

    def claim(*given: object) -> object:
        nonlocal rounds
        rounds += 1
        return claimed(*given)  # type: ignore[arg-type]

    deliverer._claim = claim  # type: ignore[method-assign, assignment]
    deliverer.held_back = frozenset({EffectKind.REFRESH_CARD})
    delivering = asyncio.create_task(deliverer.run())
    with database.transaction() as tx:
        first = outbox.put(tx, None, NewEffect(EffectKind.FEED))
        for _ in range(2):
            outbox.put(tx, None, NewEffect(EffectKind.FEED), after=first)
        for _ in range(3):
            outbox.put(tx, None, NewEffect(EffectKind.FEED, lane="one"))
        outbox.put(tx, None, NewEffect(EffectKind.REFRESH_CARD, lane="card", coalesce="card"))
    await deliverer.settled()
    assert sorted(sent) == [(EffectKind.FEED, first + more) for more in range(6)]
    assert [number for _, number in sent if number > first + 2] == [first + 3, first + 4, first + 5], "in their order"
    assert rounds < 2 * len(sent)
    deliverer.held_back = frozenset()
    await deliverer.settled()
    assert sent[-1] == (EffectKind.REFRESH_CARD, first + 6)
    await deliverer.stop()
    await delivering
    core.close()
    database.engine.dispose()
