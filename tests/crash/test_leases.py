"""Leases: who may carry out an effect when a process has died, a clock has jumped or the database was away."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.clock import ManualClock
from bot.errors import Ambiguous
from bot.models.work import Effect, EffectKind, EffectState
from bot.scheduler.claims import LEASE, Done, Retry, claim, rescue, rescue_all, settle
from bot.scheduler.deliver import Deliverer, Job, Performer, Record
from bot.services import outbox
from bot.services.core import Core, Database, Transaction, open_engine
from bot.services.outbox import NewEffect

NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)
# After so long the worker has looked for dead ones at least once.
_ROUND_SECONDS = 0.7
HOME = NewEffect(EffectKind.HOME, {"person": "U01ANA"}, coalesce="home:U01ANA")
NOTHING: Any = None  # an effect of no escalation has no facts and no policy
FEED = NewEffect(EffectKind.FEED, {"what": "declared"})


@dataclass
class House:
    """A database with effects of no escalation, on a clock that is moved by hand."""

    database: Database
    clock: ManualClock

    def put(self, effect: NewEffect) -> None:
        """Queue an effect."""
        with self.database.transaction() as tx:
            outbox.put_all(tx, None, effect)

    def claim(self, worker: str = "one") -> list[int]:
        """Claim all there is."""
        with self.database.transaction() as tx:
            return [effect.id for effect in claim(tx, worker, limit=10)]

    def states(self) -> list[tuple[int, EffectState, bool]]:
        """Return each effect's state, and whether it is in doubt."""
        with self.database.transaction() as tx:
            rows = tx.session.execute(select(Effect.id, Effect.state, Effect.in_doubt).order_by(Effect.id))
            return [(row.id, row.state, row.in_doubt) for row in rows]

    def rescue(self) -> int:
        """Give back what dead workers held."""
        with self.database.transaction() as tx:
            return rescue(tx)


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    clock = ManualClock(NOON)
    database = Database(open_engine(database_url), clock=clock, real_clock=clock)
    yield House(database, clock)
    database.engine.dispose()


def test_what_a_dead_worker_held_comes_back_in_doubt_when_its_lease_ends(house: House) -> None:
    house.put(FEED)
    assert house.claim() == [1]
    house.clock.forward(LEASE)
    assert house.rescue() == 0
    house.clock.forward(timedelta(seconds=1))
    assert house.rescue() == 1
    assert house.states() == [(1, EffectState.READY, True)]


def test_a_worker_whose_lease_was_lost_settles_nothing(house: House) -> None:
    house.put(FEED)
    house.claim("one")
    house.clock.forward(2 * LEASE)
    house.rescue()
    assert house.claim("two") == [1]
    with house.database.transaction() as tx:
        assert not settle(tx, 1, "one", Done())
    assert house.states() == [(1, EffectState.RUNNING, True)]


def test_a_retry_takes_the_place_of_what_was_queued_under_its_key(house: House) -> None:
    house.put(HOME)
    house.claim()
    house.put(HOME)
    with house.database.transaction() as tx:
        assert settle(tx, 1, "one", Retry(timedelta(seconds=1), in_doubt=True, error="answer lost"))
    assert house.states() == [(1, EffectState.READY, True), (2, EffectState.DROPPED, False)]


def test_a_worker_that_lost_its_lease_leaves_what_is_queued_alone(house: House) -> None:
    house.put(HOME)
    house.claim()
    house.put(HOME)
    with house.database.transaction() as tx:
        assert not settle(tx, 1, "two", Retry(timedelta(seconds=1), in_doubt=True, error="answer lost"))
    assert house.states() == [(1, EffectState.RUNNING, False), (2, EffectState.READY, False)]


@pytest.mark.parametrize("give_back", [rescue, rescue_all])
def test_of_all_that_died_under_one_key_the_first_comes_back(
    house: House, give_back: Callable[[Transaction], int]
) -> None:
    for _ in range(2):
        house.put(HOME)
        house.claim()
    house.put(HOME)
    house.put(FEED)
    house.clock.forward(2 * LEASE)
    with house.database.transaction() as tx:
        assert give_back(tx) == 2
    assert house.states() == [
        (1, EffectState.READY, True),
        (2, EffectState.DROPPED, True),
        (3, EffectState.DROPPED, False),
        (4, EffectState.READY, False),
    ]


@dataclass
class PlainJobs:
    """Effects of no escalation. Loading them fails as often as is asked for, as when the database is away."""

    now: datetime
    failures: int = 0

    def prepare(self, _tx: Transaction, effects: Sequence[Effect]) -> list[Job]:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the database is away")
        return [Job(effect, None, None, self.now) for effect in effects]

    def noted(self, tx: Transaction, job: Job) -> None:
        """Nothing is said outside."""

    def failed(self, _tx: Transaction, job: Job, why: str) -> None:
        raise AssertionError(f"effect {job.effect.id}: {why}")


@dataclass
class Outside:
    """Somebody outside who takes as long as they like to answer what they are asked."""

    asked: asyncio.Queue[int] = field(default_factory=asyncio.Queue)
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    async def perform(self, job: Job) -> None:
        self.asked.put_nowait(job.effect.id)
        await self.answered.wait()

    async def next(self) -> int:
        """Wait for the next effect they are asked to carry out."""
        async with asyncio.timeout(10):
            return await self.asked.get()


@asynccontextmanager
async def delivering(house: House, jobs: PlainJobs, perform: Performer) -> AsyncIterator[Deliverer]:
    """Deliver until the end of the context, and what runs then to its end."""
    core = Core(house.database)
    deliverer = Deliverer(core, jobs, {EffectKind.FEED: perform, EffectKind.HOME: perform})
    running = asyncio.create_task(deliverer.run())
    yield deliverer
    await deliverer.stop()
    await running
    core.close()


async def test_what_is_begun_as_it_is_caused_is_carried_out_once_and_only_when_it_is_committed(house: House) -> None:
    house.put(FEED)
    outside = Outside()
    outside.answered.set()
    async with delivering(house, PlainJobs(NOON), outside.perform) as deliverer:
        assert await outside.next() == 1
        with contextlib.suppress(ZeroDivisionError), house.database.transaction() as tx:
            deliverer.begin(tx, outbox.put(tx, None, HOME), NOTHING, NOTHING)
            raise ZeroDivisionError
        with house.database.transaction() as tx:
            begun = outbox.put(tx, None, HOME)
            deliverer.begin(tx, begun, NOTHING, NOTHING)
            tx.session.expire_all()
            assert tx.session.get_one(Effect, begun).state is EffectState.RUNNING
        assert await outside.next() == begun
        house.put(FEED)
        assert await outside.next() != begun
    assert {state for _, state, _ in house.states()} == {EffectState.DONE}
    assert outside.asked.empty()


async def test_a_worker_does_not_rob_itself_when_the_clock_jumps(house: House) -> None:
    house.put(FEED)
    outside = Outside()
    async with delivering(house, PlainJobs(NOON), outside.perform):
        assert await outside.next() == 1
        house.clock.forward(timedelta(hours=1))
        await asyncio.sleep(_ROUND_SECONDS)
        house.put(HOME)
        assert await outside.next() == 2
        outside.answered.set()
    assert [state for _, state, _ in house.states()] == [EffectState.DONE, EffectState.DONE]


async def test_what_the_record_cannot_keep_counts_as_not_done(house: House) -> None:
    house.put(FEED)
    outside = Outside()

    async def perform(job: Job) -> Record:
        outside.asked.put_nowait(job.effect.id)
        return _taken

    async with delivering(house, PlainJobs(NOON), perform):
        assert await outside.next() == 1
    assert house.states() == [(1, EffectState.READY, True)]


def _taken(_tx: Transaction) -> None:
    raise Ambiguous("conversations.create", "the channel is another escalation's")


async def test_delivery_goes_on_when_the_database_was_away(house: House, defects: list[str]) -> None:
    house.put(FEED)
    outside = Outside()
    outside.answered.set()
    async with delivering(house, PlainJobs(NOON, failures=2), outside.perform):
        assert await outside.next() == 1
    assert [state for _, state, _ in house.states()] == [EffectState.DONE]
    defects.clear()
