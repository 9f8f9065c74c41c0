"""Delivery: claims effects, performs many at a time, and settles them.

A failing effect affects nothing else: it is retried later or parked for a person.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot import metrics
from bot.clock import Clock
from bot.database.failures import again_on_conflict, log_failure
from bot.database.transaction import Core, Transaction
from bot.errors import OutsideError, UnreadableRecord
from bot.models.work import EffectKind
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.ports.leases import working_under
from bot.scheduler.claims import (
    LEASE,
    PLENTY,
    POISON,
    Rescued,
    Room,
    claim,
    claim_one,
    is_suspect,
    note_next,
    release,
    renew,
    rescue,
    rescue_all,
    settle,
    workers,
)
from bot.scheduler.jobs import Dropped, Held, Job, Jobs, Performer, Settle
from bot.scheduler.outcomes import BEYOND_SLACK, FIRST_DELAY, URGENT, Done, Outcome, Park, Retry, jitter, outcome_of
from bot.scheduler.rounds import Rounds
from bot.scheduler.workers import is_dead, neighbours, worker_name

_AT_ONCE = 48
# Slots reserved for pages and breaches, so that they never wait behind other calls.
_URGENT_ROOM = 16
# Slots reserved for pages by other routes than Slack.
_ROOM_BEYOND_SLACK = 16
# Kinds that talk to something else than Slack, with how many may run at once: however slow that is, the other slots
# remain for what Slack is to hear.
BUDGETS: Final[Mapping[EffectKind, int]] = {
    EffectKind.MAIL: 8,
    EffectKind.CUSTOMER_MAIL: 8,
    EffectKind.CUSTOMER_QUESTION: 4,
    EffectKind.STATUS_PAGE: 1,
    EffectKind.SUMMARY: 4,
    EffectKind.CALL_INVITE: 4,
}
_POLL_SECONDS = 0.5
# How often dead workers are detected.
_RESCUE_SECONDS = 1.0
# How often our own leases are renewed. `LEASE` is 7 seconds, so two renewals in a row may fail before `_MARGIN` below
# stops further calls. Keep the lease longer than the margin and two renewals.
_RENEW_SECONDS = 1.5
# No call starts with less than this left on the lease: its response should arrive before another worker may retry.
_MARGIN = timedelta(seconds=2)
# After this long the response counts as lost.
_DEADLINE_SECONDS = 40
# Errors of an unavailable, busy or locked database: the same statement may succeed later.
_DATABASE_AWAY = (OperationalError, InterfaceError, InternalError, PoolTimeoutError, OSError)
_FIRST_SETTLE_DELAY_SECONDS = 0.1
_LONGEST_SETTLE_DELAY_SECONDS = 2.0


@dataclass(eq=False)
class RunningEffect:
    """An effect being performed, and its lease.

    The lease is checked on two clocks: the wall clock continues while the machine sleeps, and the monotonic clock can't
    be set back.
    """

    job: Job
    clock: Clock
    until: datetime
    until_monotonic: float
    task: asyncio.Task[None] | None = None
    lost: bool = False

    def is_held(self) -> bool:
        """Return True if there is enough time left on the lease to make a call."""
        margin = _MARGIN.total_seconds()
        is_over = self.clock.now() > self.until - _MARGIN or time.monotonic() > self.until_monotonic - margin
        return not (self.lost or is_over)

    def renewed(self, until: datetime, until_monotonic: float) -> None:
        """Record that the lease was renewed."""
        self.until, self.until_monotonic = until, until_monotonic


@dataclass
class Budgeted:
    """Room that also keeps each kind with a budget within it. See `bot.scheduler.claims.Room`."""

    room: Room
    left: dict[EffectKind, int]

    def take(self, kind: EffectKind) -> bool:
        """Count one effect of a kind against the room left; return False if there is none."""
        if kind not in self.left:
            return self.room.take(kind)
        self.left[kind] -= 1
        return self.left[kind] >= 0

    def has_place(self, kind: EffectKind, to: str) -> bool:
        """Count one effect against the rate of one person or channel; return False if it is used up for now."""
        return self.room.has_place(kind, to)


@dataclass
class Deliverer:
    """The delivery loop. `wake` is safe to call from any thread. `room` returns what the rate limits allow now."""

    core: Core
    jobs: Jobs
    performers: Mapping[EffectKind, Performer]
    worker: str = field(default_factory=worker_name)
    room: Callable[[], Room] = lambda: PLENTY
    # Kinds that stay queued for now.
    held_back: frozenset[EffectKind] = frozenset()
    _loop: asyncio.AbstractEventLoop | None = None
    _bell: asyncio.Event = field(default_factory=asyncio.Event)
    _running: dict[int, RunningEffect] = field(default_factory=dict)
    _rounds: Rounds = field(default_factory=Rounds)
    _rescued_at: float | None = None
    _delivering: bool = False
    _stopping: bool = False

    def wake(self) -> None:
        """Signal that there may be effects to deliver."""
        loop = self._loop
        # The bell is cleared before effects are looked for, so a bell that rings already is heard after this commit.
        if loop is not None and not loop.is_closed() and not self._bell.is_set():
            loop.call_soon_threadsafe(self._bell.set)

    def begin(self, tx: Transaction, effect_id: int, facts: EscalationFacts, policy: Policy) -> None:
        """Claim an effect in the transaction that queues it, and perform it after the commit.

        This saves waiting people the transaction of a separate claim. Safe to call from any thread.
        """
        loop = self._loop
        if loop is None or not self._delivering or self._stopping or len(self._running) >= _AT_ONCE:
            return
        claimed_at = time.monotonic()
        effect = claim_one(tx, self.worker, effect_id)
        if effect is not None:
            job = Job(effect, facts, policy, tx.now)
            tx.after_commit.append(lambda: loop.call_soon_threadsafe(self._start, job, claimed_at))

    async def run(self) -> None:
        """Deliver until stopped, then wait for the running effects."""
        self._loop = asyncio.get_running_loop()
        async with self._renewing():
            while not self._stopping:
                try:
                    await self._rescue()
                    self._delivering = True  # Not earlier: the first rescue would take back what was claimed before.
                    self._bell.clear()
                    self._rounds.begin()
                    # An effect that ends during the query may unblock others which that query did not see.
                    busy = bool(self._running)
                    if not await self._start_some():
                        self._rounds.end(is_idle=not busy and not self._running)
                        await self._wait()
                except Exception as error:  # noqa: BLE001 - the next round must come, whatever the error
                    # The database may be unavailable for a while; delivery continues when it is back.
                    log_failure("delivery interrupted", error)
                    await asyncio.sleep(_POLL_SECONDS)
            await asyncio.gather(*self._tasks(), return_exceptions=True)

    async def stop(self) -> None:
        """Stop claiming; `run` returns when the last call has its response."""
        self._stopping = True
        self._bell.set()

    async def settled(self) -> None:
        """Wait until nothing more can go out and nothing is going out. `run` delivers meanwhile."""
        self._bell.set()
        await self._rounds.idle()

    async def drain(self) -> None:
        """Deliver everything that can go out now and return. For tests and the command line."""
        self._loop = asyncio.get_running_loop()
        async with self._renewing():
            while True:
                # An effect that ends during the query may unblock others which that query did not see.
                busy = bool(self._running)
                if not await self._start_some() and not busy and not self._running:
                    return
                if self._running:
                    await asyncio.wait(self._tasks(), return_when=asyncio.FIRST_COMPLETED)

    async def _start_some(self) -> int:
        free = _AT_ONCE - len(self._running)
        only: Sequence[EffectKind] = URGENT if free <= 0 else ()
        limit = free if free > 0 else free + _URGENT_ROOM
        if limit <= 0:
            # Slack may keep every urgent call waiting; other routes don't wait behind it.
            only, limit = BEYOND_SLACK, limit + _ROOM_BEYOND_SLACK
        if limit <= 0:
            return 0
        claimed_at = time.monotonic()
        claimed, jobs = await self.core.run_in_background(self._claim, limit, only)
        for job in jobs:
            self._start(job, claimed_at)
        return claimed

    def _start(self, job: Job, claimed_at: float) -> None:
        until = claimed_at + LEASE.total_seconds()
        running = RunningEffect(job, self.core.database.real_clock, job.effect.lease_until or job.now, until)
        self._running[job.effect.id] = running
        running.task = asyncio.create_task(self._perform(running), name=f"effect {job.effect.id}")

    def _tasks(self) -> list[asyncio.Task[None]]:
        return [running.task for running in self._running.values() if running.task is not None]

    @contextlib.asynccontextmanager
    async def _renewing(self) -> AsyncIterator[None]:
        """Renew the leases of the running effects while the context is open."""
        beating = asyncio.create_task(self._renew_always(), name="leases")
        try:
            yield
        finally:
            beating.cancel()

    async def _renew_always(self) -> None:
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            try:
                await self._renew()
            except Exception as error:  # noqa: BLE001 - the next renewal must come, whatever the error
                structlog.get_logger().warning("lease renewal failed", error=repr(error))

    async def _renew(self) -> None:
        in_hand = dict(self._running)
        if not in_hand:
            return
        renewed_at = time.monotonic()
        until, kept = await self.core.run(self._renew_leases, tuple(in_hand))
        for effect, running in in_hand.items():
            if effect in kept:
                running.renewed(until, renewed_at + LEASE.total_seconds())
            else:
                running.lost = True

    def _renew_leases(self, effects: Collection[int]) -> tuple[datetime, set[int]]:
        with self.core.database.transaction() as tx:
            return tx.real_now + LEASE, renew(tx, self.worker, effects)

    async def _rescue(self) -> None:
        """Return effects held by dead workers to the queue; on SQLite, all claimed effects at the start."""
        now = time.monotonic()
        if self._rescued_at is not None and now < self._rescued_at + _RESCUE_SECONDS:
            return
        everything = self._rescued_at is None and self.core.database.is_sqlite
        give_back = partial(self._give_back, frozenset(self._running), everything=everything)
        await self.core.run_in_background(again_on_conflict, give_back)
        self._rescued_at = now

    async def _wait(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_POLL_SECONDS):
                await self._bell.wait()

    def _give_back(self, alive: Collection[int], *, everything: bool) -> None:
        with self.core.database.transaction() as tx:
            if everything:
                rescued = rescue_all(tx)
            else:
                near = neighbours()
                dead = [worker for worker in workers(tx, near) if is_dead(worker)] if near else []
                rescued = rescue(tx, alive=alive, dead=dead)
            self._report_parked(tx, rescued)

    def _report_parked(self, tx: Transaction, rescued: Rescued) -> None:
        """Inform people of effects parked because workers died with them. If one can't be loaded, only log it."""
        tx.session.flush()
        for effect in rescued.given_up:
            log = structlog.get_logger().bind(effect=effect.id, kind=effect.kind, escalation=effect.escalation_id)
            log.error("effect parked", error=POISON)
            try:
                with tx.session.begin_nested():
                    for job in self.jobs.prepare(tx, [effect]):
                        self.jobs.report_failed(tx, job, POISON)
                    tx.session.flush()
            except Exception:
                # It is parked regardless, and `doctor` lists it.
                log.exception("effect parked, not reported")

    def _inform(self, tx: Transaction, job: Job, inform: Callable[[Transaction, Job, str], None], why: str) -> None:
        """Inform people of an effect's outcome. Errors in doing so are only logged: the outcome is kept."""
        tx.session.flush()
        try:
            with tx.session.begin_nested():
                inform(tx, job, why)
                tx.session.flush()
        except (UnreadableRecord, *_DATABASE_AWAY):
            raise
        except Exception:
            log = structlog.get_logger()
            log.exception("failure not reported", effect=job.effect.id, kind=job.effect.kind, why=why)

    def _claim(self, limit: int, only: Sequence[EffectKind]) -> tuple[int, list[Job]]:
        """Claim effects and load them; return how many were claimed, and the jobs."""
        with self.core.database.transaction() as tx:
            suspects = 0 if any(is_suspect(running.job.effect) for running in self._running.copy().values()) else 1
            room = Budgeted(self.room(), self._left_in_budgets())
            effects = claim(
                tx, self.worker, limit=limit, room=room, only=only, without=self.held_back, suspects=suspects
            )
            if not effects:
                return 0, []
            tx.session.flush()
            return len(effects), self.jobs.prepare(tx, effects)

    def _left_in_budgets(self) -> dict[EffectKind, int]:
        kinds = [running.job.effect.kind for running in self._running.copy().values()]
        return {kind: most - kinds.count(kind) for kind, most in BUDGETS.items()}

    async def _perform(self, running: RunningEffect) -> None:
        job = running.job
        effect = job.effect
        record: Settle | None = None
        outcome: Outcome
        try:
            with working_under(running):
                async with asyncio.timeout(_DEADLINE_SECONDS):
                    # What was claimed while declaring begins here before the declaration is answered.
                    await self.core.give_way()
                    record = await self.performers[effect.kind](job)
            outcome = Done()
        except Dropped:
            outcome = Done(dropped=True)
        except Held as held:
            outcome, record = Retry(FIRST_DELAY, in_doubt=False, error=held.code), held.settle
            if held.error is not None:
                outcome = outcome_of(effect, held.error)
        except Exception as error:  # noqa: BLE001 - any error is recorded, and other effects continue
            outcome = outcome_of(effect, error)
        try:
            outcome = await self._settle_with_retries(job, outcome, record)
        except Exception:  # noqa: BLE001 - as above
            # The row stays claimed; when its lease expires it is retried as `in_doubt`.
            structlog.get_logger().exception("settling failed", effect=effect.id, kind=effect.kind)
        finally:
            if self._running.get(effect.id) is running:
                del self._running[effect.id]
            if self._makes_room(running):
                self._bell.set()
        metrics.EFFECTS.labels(kind=effect.kind, outcome=type(outcome).__name__.lower()).inc()

    def _makes_room(self, ended: RunningEffect) -> bool:
        """Return True if others may have waited for the place of an effect. What it freed rings the bell itself.

        After most effects nothing can go out that couldn't before, and looking for it takes as long as settling.
        """
        effect = ended.job.effect
        is_crowded = len(self._running) >= _AT_ONCE - 1 or effect.kind in BUDGETS or is_suspect(effect)
        return is_crowded or not self._running

    async def _settle_with_retries(self, job: Job, outcome: Outcome, record: Settle | None) -> Outcome:
        """Settle an effect, retrying while the database is unavailable; return the recorded outcome.

        If the result can't be recorded although the database works, the effect counts as failed.
        """
        delay = _FIRST_SETTLE_DELAY_SECONDS
        while True:
            try:
                settle_it = partial(self._settle, job, outcome, record)
                return await self.core.run_in_background(again_on_conflict, settle_it)
            except _DATABASE_AWAY as error:
                if self._stopping:
                    raise
                structlog.get_logger().warning("settling retried", effect=job.effect.id, error=repr(error))
                await asyncio.sleep(delay * jitter())
                delay = min(2 * delay, _LONGEST_SETTLE_DELAY_SECONDS)
            except Exception as error:
                if record is None:
                    raise
                outcome, record = outcome_of(job.effect, error), None

    def _settle(self, job: Job, outcome: Outcome, record: Settle | None) -> Outcome:
        try:
            self._write_down(job, outcome, record)
        except OutsideError as error:
            # The record refuses the result, because the channel that Slack named is another escalation's. Nothing of it
            # is stored, and the effect is retried or parked.
            outcome = outcome_of(job.effect, error)
            self._write_down(job, outcome, None)
        except UnreadableRecord as error:
            # The escalation became unreadable meanwhile; only `doctor` can report it.
            outcome = Park(f"{error.what}: {error.why}")
            with self.core.database.transaction() as tx:
                settle(tx, job.effect, self.worker, outcome)
        return outcome

    def _write_down(self, job: Job, outcome: Outcome, record: Settle | None) -> None:
        with self.core.database.transaction() as tx:
            if not settle(tx, job.effect, self.worker, outcome):
                structlog.get_logger().warning("lease lost", effect=job.effect.id, kind=job.effect.kind)
                return
            if record is not None:
                record(tx)
            if job.said:
                self.jobs.record_posts(tx, job)
            if isinstance(outcome, Done):
                release(tx, job.effect.id)
            note_next(tx, job.effect.lane)
            if isinstance(outcome, Park):
                self._inform(tx, job, self.jobs.report_failed, outcome.error)
            if isinstance(outcome, Retry) and outcome.tell:
                self._inform(tx, job, self.jobs.report_blocked, outcome.error)
