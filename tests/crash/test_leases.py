"""Leases: who may perform an effect when a process died, a clock jumped or the database was away."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from bot.clock import ManualClock
from bot.database import engine as database_engine
from bot.database import outbox
from bot.database.engine import open_engine
from bot.database.outbox import NewEffect
from bot.database.transaction import Core, Database, Transaction
from bot.errors import Ambiguous
from bot.models.work import Effect, EffectKind, EffectState
from bot.policy.model.directory import Directory
from bot.ports.leases import require_lease
from bot.scheduler import deliver
from bot.scheduler.claims import LEASE, MOST_LOSSES, POISON, Rescued, claim, rescue, rescue_all, settle
from bot.scheduler.deliver import Deliverer
from bot.scheduler.jobs import Job, Performer, Settle
from bot.scheduler.outcomes import Done, Outcome, Retry
from bot.scheduler.workers import worker_name
from bot.services.operator.doctor import Doctor

NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)
# After this long the worker has looked for dead workers at least once.
_ROUND_SECONDS = 0.7
HOME = NewEffect(EffectKind.HOME, {"person": "U01ANA"}, coalesce="home:U01ANA")
NOTHING: Any = None  # an effect of no escalation has no facts and no policy
FEED = NewEffect(EffectKind.FEED, {"what": "declared"})


@dataclass
class EffectQueue:
    """A database with effects of no escalation, on a clock that is moved by hand."""

    database: Database
    clock: ManualClock

    def put(self, effect: NewEffect) -> None:
        """Queue an effect."""
        with self.database.transaction() as tx:
            outbox.put_all(tx, None, effect)

    def claim(self, worker: str = "one") -> list[int]:
        """Claim everything."""
        with self.database.transaction() as tx:
            return [effect.id for effect in claim(tx, worker, limit=10)]

    def states(self) -> list[tuple[int, EffectState, bool]]:
        """Return each effect's state, and whether it is in doubt."""
        with self.database.transaction() as tx:
            rows = tx.session.execute(select(Effect.id, Effect.state, Effect.in_doubt).order_by(Effect.id))
            return [(row.id, row.state, row.in_doubt) for row in rows]

    def rescue(self) -> int:
        """Return effects of dead workers to the queue."""
        with self.database.transaction() as tx:
            return rescue(tx).returned

    def settle(self, effect: int, worker: str, outcome: Outcome) -> bool:
        """Settle an effect as the worker that claimed it last."""
        with self.database.transaction() as tx:
            return settle(tx, tx.session.get_one(Effect, effect), worker, outcome)

    def die(self, worker: str = "one") -> list[int]:
        """Claim everything and die holding it; return what was claimed."""
        claimed = self.claim(worker)
        with self.database.transaction() as tx:
            rescue(tx, dead=[worker])
        return claimed

    def errors(self) -> list[str | None]:
        """Return why effects wait or were parked."""
        with self.database.transaction() as tx:
            return list(tx.session.scalars(select(Effect.error).order_by(Effect.id)))


@pytest.fixture
def queue(database_url: str) -> Iterator[EffectQueue]:
    clock = ManualClock(NOON)
    database = Database(open_engine(database_url), clock=clock, real_clock=clock)
    yield EffectQueue(database, clock)
    database.engine.dispose()


def test_what_a_dead_worker_held_comes_back_in_doubt_when_its_lease_ends(queue: EffectQueue) -> None:
    queue.put(FEED)
    assert queue.claim() == [1]
    queue.clock.forward(LEASE)
    assert queue.rescue() == 0
    queue.clock.forward(timedelta(seconds=1))
    assert queue.rescue() == 1
    assert queue.states() == [(1, EffectState.READY, True)]


def test_nothing_waits_longer_than_ten_seconds_for_a_dead_worker(queue: EffectQueue) -> None:
    queue.put(FEED)
    queue.claim()
    queue.clock.forward(timedelta(seconds=10))
    assert queue.rescue() == 1
    assert queue.claim("two") == [1]


def test_the_row_of_a_process_that_froze_inside_a_transaction_is_free_when_its_lease_is_over() -> None:
    locked = timedelta(milliseconds=database_engine._LIMITS["idle_in_transaction_session_timeout"])
    noticed = timedelta(seconds=deliver._RESCUE_SECONDS + deliver._POLL_SECONDS)
    assert locked < LEASE < LEASE + noticed < timedelta(seconds=10)
    renewing = timedelta(seconds=2 * deliver._RENEW_SECONDS)
    assert deliver._MARGIN + renewing < LEASE, "a process that lives may fail to renew it twice"


def test_a_worker_whose_lease_was_lost_settles_nothing(queue: EffectQueue) -> None:
    queue.put(FEED)
    queue.claim("one")
    queue.clock.forward(2 * LEASE)
    queue.rescue()
    assert queue.claim("two") == [1]
    assert not queue.settle(1, "one", Done())
    assert queue.states() == [(1, EffectState.RUNNING, True)]


def test_a_worker_that_claims_again_what_it_lost_is_not_settled_by_its_former_self(
    queue: EffectQueue,
) -> None:
    queue.put(FEED)
    queue.claim()
    with queue.database.transaction() as tx:
        former = tx.session.get_one(Effect, 1)
    queue.clock.forward(2 * LEASE)
    queue.rescue()
    assert queue.claim() == [1]
    with queue.database.transaction() as tx:
        assert not settle(tx, former, "one", Done())
    assert queue.states() == [(1, EffectState.RUNNING, True)]


def test_what_a_dead_process_on_this_machine_held_comes_back_at_once(queue: EffectQueue) -> None:
    ended = "from bot.scheduler.workers import worker_name; print(worker_name(), end='')"
    dead = subprocess.run([sys.executable, "-c", ended], capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own words
    queue.put(FEED)
    queue.put(HOME)
    for effect, worker in ((1, dead), (2, worker_name())):
        with queue.database.transaction() as tx:
            assert [claimed.id for claimed in claim(tx, worker, limit=1)] == [effect]
    deliverer = Deliverer(Core(queue.database), PlainJobs(NOON), {})
    deliverer._give_back((), everything=False)
    deliverer.core.close()
    assert queue.states() == [(1, EffectState.READY, True), (2, EffectState.RUNNING, False)]


def test_an_effect_that_kills_its_workers_is_given_up_and_takes_nobody_with_it(
    queue: EffectQueue, defects: list[str]
) -> None:
    for effect in (HOME, FEED, FEED):
        queue.put(effect)
    for _ in range(2):
        assert sorted(queue.die()) == [1, 2, 3]
    # From now on suspects run one at a time: the next worker does the innocent one, and dies of the other.
    innocent = []
    while (claimed := queue.claim()) != [1]:
        assert len(claimed) == 1
        queue.settle(claimed[0], "one", Done())
        innocent += claimed
    assert sorted(innocent) == [2, 3]
    queue.put(FEED)
    given_up: list[int] = []
    for _ in range(MOST_LOSSES - 2):
        with queue.database.transaction() as tx:
            given_up += [effect.id for effect in rescue(tx, dead=["one"]).given_up]
        for other in set(queue.claim()) - {1}:
            assert queue.settle(other, "one", Done())
    assert given_up == [1]
    assert [state for _, state, _ in queue.states()] == [EffectState.PARKED, *[EffectState.DONE] * 3]
    assert queue.errors()[0] == POISON
    says = [finding.says for finding in Doctor(queue.database, Directory()).examine() if finding.what == "given up"]
    assert says == [f"1 of kind home: {POISON}"]
    # An effect with the same coalesce key has the same problem.
    queue.put(HOME)
    queue.die()
    assert [state for _, state, _ in queue.states()][-1] is EffectState.PARKED
    defects.clear()


def test_an_effect_that_was_tried_for_weeks_is_still_claimed(queue: EffectQueue) -> None:
    queue.put(FEED)
    with queue.database.transaction() as tx:
        tx.session.execute(update(Effect).values(attempts=32_767))
    assert queue.claim() == [1]
    assert queue.settle(1, "one", Retry(timedelta(0), in_doubt=False, error="token_revoked"))
    assert queue.claim() == [1]


def test_a_retry_takes_the_place_of_what_was_queued_under_its_key(queue: EffectQueue) -> None:
    queue.put(HOME)
    queue.claim()
    queue.put(HOME)
    assert queue.settle(1, "one", Retry(timedelta(seconds=1), in_doubt=True, error="answer lost"))
    assert queue.states() == [(1, EffectState.READY, True), (2, EffectState.DROPPED, False)]


def test_a_worker_that_lost_its_lease_leaves_what_is_queued_alone(queue: EffectQueue) -> None:
    queue.put(HOME)
    queue.claim()
    queue.put(HOME)
    assert not queue.settle(1, "two", Retry(timedelta(seconds=1), in_doubt=True, error="answer lost"))
    assert queue.states() == [(1, EffectState.RUNNING, False), (2, EffectState.READY, False)]


@pytest.mark.parametrize("give_back", [rescue, rescue_all])
def test_of_all_that_died_under_one_key_the_first_comes_back(
    queue: EffectQueue, give_back: Callable[[Transaction], Rescued]
) -> None:
    for _ in range(2):
        queue.put(HOME)
        queue.claim()
    queue.put(HOME)
    queue.put(FEED)
    queue.clock.forward(2 * LEASE)
    with queue.database.transaction() as tx:
        assert give_back(tx).returned == 2
    assert queue.states() == [
        (1, EffectState.READY, True),
        (2, EffectState.DROPPED, True),
        (3, EffectState.DROPPED, False),
        (4, EffectState.READY, False),
    ]


@dataclass
class PlainJobs:
    """Effects of no escalation. Loading them fails as often as requested, as if the database were away."""

    now: datetime
    failures: int = 0

    def prepare(self, _tx: Transaction, effects: Sequence[Effect]) -> list[Job]:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the database is away")
        return [Job(effect, None, None, self.now) for effect in effects]

    def record_posts(self, tx: Transaction, job: Job) -> None:
        """Do nothing."""

    def report_failed(self, _tx: Transaction, job: Job, why: str) -> None:
        raise AssertionError(f"effect {job.effect.id}: {why}")

    def report_blocked(self, _tx: Transaction, job: Job, why: str) -> None:
        raise AssertionError(f"effect {job.effect.id}: {why}")


@dataclass
class Outside:
    """A recipient outside that may take as long as it likes to respond."""

    asked: asyncio.Queue[int] = field(default_factory=asyncio.Queue)
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    async def perform(self, job: Job) -> None:
        self.asked.put_nowait(job.effect.id)
        await self.answered.wait()

    async def next(self) -> int:
        """Wait for the next effect to be performed."""
        async with asyncio.timeout(60):
            return await self.asked.get()


@asynccontextmanager
async def delivering(queue: EffectQueue, jobs: PlainJobs, perform: Performer) -> AsyncIterator[Deliverer]:
    """Deliver until the context ends, then wait for what is running."""
    core = Core(queue.database)
    deliverer = Deliverer(core, jobs, {EffectKind.FEED: perform, EffectKind.HOME: perform})
    running = asyncio.create_task(deliverer.run())
    yield deliverer
    await deliverer.stop()
    await running
    core.close()


async def test_what_is_begun_as_it_is_caused_is_carried_out_once_and_only_when_it_is_committed(
    queue: EffectQueue,
) -> None:
    queue.put(FEED)
    outside = Outside()
    outside.answered.set()
    async with delivering(queue, PlainJobs(NOON), outside.perform) as deliverer:
        assert await outside.next() == 1
        with contextlib.suppress(ZeroDivisionError), queue.database.transaction() as tx:
            deliverer.begin(tx, outbox.put(tx, None, HOME), NOTHING, NOTHING)
            raise ZeroDivisionError
        with queue.database.transaction() as tx:
            begun = outbox.put(tx, None, HOME)
            deliverer.begin(tx, begun, NOTHING, NOTHING)
            tx.session.expire_all()
            assert tx.session.get_one(Effect, begun).state is EffectState.RUNNING
        assert await outside.next() == begun
        queue.put(FEED)
        assert await outside.next() != begun
    assert {state for _, state, _ in queue.states()} == {EffectState.DONE}
    assert outside.asked.empty()


async def test_a_worker_does_not_rob_itself_when_the_clock_jumps(queue: EffectQueue) -> None:
    queue.put(FEED)
    outside = Outside()
    async with delivering(queue, PlainJobs(NOON), outside.perform):
        assert await outside.next() == 1
        queue.clock.forward(timedelta(hours=1))
        await asyncio.sleep(_ROUND_SECONDS)
        queue.put(HOME)
        assert await outside.next() == 2
        outside.answered.set()
    assert [state for _, state, _ in queue.states()] == [EffectState.DONE, EffectState.DONE]


async def test_a_process_that_was_frozen_between_claim_and_call_says_nothing_when_it_wakes(
    queue: EffectQueue,
) -> None:
    queue.put(FEED)
    outside, calls = Outside(), []

    async def perform(job: Job) -> None:
        await outside.perform(job)
        require_lease()
        calls.append(job.effect.id)

    async with delivering(queue, PlainJobs(NOON), perform):
        assert await outside.next() == 1
        queue.clock.forward(LEASE + timedelta(seconds=1))
        # In one transaction, so that the frozen worker does not take it back in between.
        with queue.database.transaction() as tx:
            assert rescue(tx).returned == 1
            tx.session.flush()
            assert [effect.id for effect in claim(tx, "two", limit=10)] == [1]
        outside.answered.set()
        await asyncio.sleep(_ROUND_SECONDS)
        assert queue.states() == [(1, EffectState.RUNNING, True)]
        assert queue.settle(1, "two", Done())
    assert calls == []
    assert queue.states() == [(1, EffectState.DONE, True)]


async def test_what_woke_in_time_says_it_once(queue: EffectQueue) -> None:
    queue.put(FEED)
    outside, calls = Outside(), []

    async def perform(job: Job) -> None:
        await outside.perform(job)
        require_lease()
        calls.append((job.effect.id, job.effect.in_doubt))

    async with delivering(queue, PlainJobs(NOON), perform):
        assert await outside.next() == 1
        queue.clock.forward(LEASE + timedelta(seconds=1))
        outside.answered.set()
        assert await outside.next() == 1
    assert calls == [(1, True)]
    assert queue.states() == [(1, EffectState.DONE, True)]


async def test_a_call_that_takes_long_keeps_its_lease(queue: EffectQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "_RENEW_SECONDS", 0.05)
    queue.put(FEED)
    outside = Outside()
    async with delivering(queue, PlainJobs(NOON), outside.perform):
        assert await outside.next() == 1
        for _ in range(3):
            queue.clock.forward(LEASE / 2)
            await _until(lambda: _lease_until(queue) == queue.clock.at + LEASE)
            assert queue.rescue() == 0
        outside.answered.set()
    assert queue.states() == [(1, EffectState.DONE, False)]


def _lease_until(queue: EffectQueue) -> datetime | None:
    with queue.database.transaction() as tx:
        return tx.session.scalars(select(Effect.lease_until)).one()


async def _until(so: Callable[[], bool]) -> None:
    """Wait until something is true."""
    async with asyncio.timeout(60):
        while not so():  # noqa: ASYNC110 - the database has no event to await
            await asyncio.sleep(0.01)


async def test_what_is_done_is_settled_when_the_database_is_back(queue: EffectQueue) -> None:
    queue.put(FEED)
    outside = Outside()
    away = [OperationalError("UPDATE", {}, Exception("the connection was lost"))] * 2

    def record(_tx: Transaction) -> None:
        if away:
            raise away.pop()

    async def perform(job: Job) -> Settle:
        outside.asked.put_nowait(job.effect.id)
        return record

    async with delivering(queue, PlainJobs(NOON), perform):
        assert await outside.next() == 1
        await _until(lambda: queue.states() == [(1, EffectState.DONE, False)])
    assert outside.asked.empty()


async def test_a_result_that_cannot_be_stored_is_retried_before_the_lease_ends(
    queue: EffectQueue, defects: list[str]
) -> None:
    queue.put(FEED)
    outside = Outside()

    def record(_tx: Transaction) -> None:
        raise KeyError("a defect")

    async def perform(job: Job) -> Settle:
        outside.asked.put_nowait(job.effect.id)
        return record

    async with delivering(queue, PlainJobs(NOON), perform):
        assert await outside.next() == 1
    assert queue.states() == [(1, EffectState.READY, True)]
    assert queue.errors() == ["KeyError('a defect')"]
    defects.clear()


async def test_what_the_record_cannot_keep_counts_as_not_done(queue: EffectQueue) -> None:
    queue.put(FEED)
    outside = Outside()

    async def perform(job: Job) -> Settle:
        outside.asked.put_nowait(job.effect.id)
        return _taken

    async with delivering(queue, PlainJobs(NOON), perform):
        assert await outside.next() == 1
    assert queue.states() == [(1, EffectState.READY, True)]


def _taken(_tx: Transaction) -> None:
    raise Ambiguous("conversations.create", "the channel is another escalation's")


async def test_delivery_continues_after_the_database_was_away(queue: EffectQueue, defects: list[str]) -> None:
    queue.put(FEED)
    outside = Outside()
    outside.answered.set()
    async with delivering(queue, PlainJobs(NOON, failures=2), outside.perform):
        assert await outside.next() == 1
    assert [state for _, state, _ in queue.states()] == [EffectState.DONE]
    defects.clear()


async def test_what_failed_together_does_not_come_back_together(queue: EffectQueue, defects: list[str]) -> None:
    for _ in range(20):
        queue.put(FEED)
    asked = asyncio.Queue[int]()

    async def perform(job: Job) -> None:
        asked.put_nowait(job.effect.id)
        raise Ambiguous("chat.postMessage", "status 503")

    async with delivering(queue, PlainJobs(NOON), perform):
        for _ in range(20):
            async with asyncio.timeout(60):
                await asked.get()
    with queue.database.transaction() as tx:
        back = tx.session.scalars(select(Effect.not_before)).all()
    delays = [at - NOON for at in back if at is not None]
    assert len(set(delays)) == 20
    assert timedelta(seconds=0.5) <= min(delays) < max(delays) <= timedelta(seconds=1.5)
    assert max(delays) - min(delays) > timedelta(seconds=0.2)
    defects.clear()
