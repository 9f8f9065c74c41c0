"""Delivery: claims effects, has them carried out many at a time, and settles them.

Whatever goes wrong with one effect stays with it: it is tried again later, or parked for a person, and blocks nobody.
"""

import asyncio
import contextlib
import os
import socket
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot import metrics
from bot.errors import Ambiguous, OutsideError, Permanent, Temporary
from bot.models.work import Effect, EffectKind
from bot.policy.escalation import EscalationFacts
from bot.policy.rules import Policy
from bot.scheduler.claims import Done, Outcome, Park, Retry, claim, claim_one, release, rescue, rescue_all, settle
from bot.scheduler.watchdog import Stuck
from bot.services.core import Core, Transaction
from bot.services.outside import Said

# What the record learns of an effect that was done. It may raise an OutsideError: then it counts as not done.
Record = Callable[[Transaction], None]

_AT_ONCE = 48
# Room that only pages and breaches may use, so that they never wait for somebody else's call.
_URGENT_ROOM = 16
_URGENT = (EffectKind.PAGE, EffectKind.BREACH)
_POLL_SECONDS = 0.5
# Well within the lease: whoever takes longer has lost the answer.
_DEADLINE_SECONDS = 40
_FIRST_DELAY = timedelta(seconds=1)
_LONGEST_DELAY = timedelta(minutes=1)
_TRIES_OF_A_DEFECT = 5


@dataclass(frozen=True, slots=True)
class Job:
    """An effect to carry out, with the escalation it belongs to as it stood at the claim, on the business clock.

    `said` collects what has been said outside the escalation's channel, to be noted when the effect is settled.
    """

    effect: Effect
    facts: EscalationFacts | None
    policy: Policy | None
    now: datetime
    said: list[Said] = field(default_factory=list)

    @property
    def escalation(self) -> EscalationFacts:
        """The escalation; an effect that has none never asks."""
        if self.facts is None:
            raise LookupError(f"effect {self.effect.id} ({self.effect.kind}) has no escalation")
        return self.facts

    @property
    def rules(self) -> Policy:
        """The policy the escalation was declared under."""
        if self.policy is None:
            raise LookupError(f"effect {self.effect.id} ({self.effect.kind}) has no policy")
        return self.policy


class Dropped(Exception):
    """Raised by a performer whose effect has become pointless."""


Performer = Callable[[Job], Awaitable[Record | None]]


class Jobs(Protocol):
    """Turns claimed effects into jobs, within the claiming transaction."""

    def prepare(self, tx: Transaction, effects: Sequence[Effect]) -> list[Job]:
        """Load what the effects belong to."""
        ...

    def noted(self, tx: Transaction, job: Job) -> None:
        """Note what has been said outside the escalation's channel."""
        ...

    def failed(self, tx: Transaction, job: Job, why: str) -> None:
        """Tell people that an effect cannot happen, and what happens instead."""
        ...


def worker_name() -> str:
    """Return a name for this process that no other living process has."""
    return f"{socket.gethostname()}:{os.getpid()}"


@dataclass
class Deliverer:
    """The loop. `wake` may be called from any thread."""

    core: Core
    jobs: Jobs
    performers: Mapping[EffectKind, Performer]
    worker: str = field(default_factory=worker_name)
    _loop: asyncio.AbstractEventLoop | None = None
    _bell: asyncio.Event = field(default_factory=asyncio.Event)
    _running: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _rescued_at: float | None = None
    _delivering: bool = False
    _stopping: bool = False

    def wake(self) -> None:
        """Say that there may be something to deliver."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._bell.set)

    def begin(self, tx: Transaction, effect_id: int, facts: EscalationFacts, policy: Policy) -> None:
        """Claim an effect in the transaction that causes it, and carry it out once that is committed.

        It saves the people who wait for it the transaction in which it would be claimed. May be called in any thread.
        """
        loop = self._loop
        if loop is None or not self._delivering or self._stopping or len(self._running) >= _AT_ONCE:
            return
        effect = claim_one(tx, self.worker, effect_id)
        if effect is not None:
            job = Job(effect, facts, policy, tx.now)
            tx.after_commit.append(lambda: loop.call_soon_threadsafe(self._start, job))

    async def run(self) -> None:
        """Deliver until stopped; then let what runs end."""
        self._loop = asyncio.get_running_loop()
        while not self._stopping:
            try:
                await self._rescue()
                self._delivering = True  # only now: what is claimed before would be given back
                self._bell.clear()
                if not await self._start_some():
                    await self._wait()
            except Exception:  # noqa: BLE001 - whatever it is, the next round must come
                # The database may be away for a while, and delivery goes on when it is back.
                structlog.get_logger().exception("delivery interrupted")
                await asyncio.sleep(_POLL_SECONDS)
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def stop(self) -> None:
        """Stop claiming; `run` returns when the last call has its answer."""
        self._stopping = True
        self._bell.set()

    async def drain(self) -> None:
        """Deliver everything that can go out now, and return: for tests and for the command line."""
        self._loop = asyncio.get_running_loop()
        while True:
            # What ends while the next is looked for may free what comes after it, unseen by that look.
            busy = bool(self._running)
            if not await self._start_some() and not busy and not self._running:
                return
            if self._running:
                await asyncio.wait(self._running.values(), return_when=asyncio.FIRST_COMPLETED)

    async def _start_some(self) -> int:
        room = _AT_ONCE - len(self._running)
        only = _URGENT if room <= 0 else ()
        limit = room if room > 0 else room + _URGENT_ROOM
        if limit <= 0:
            return 0
        claimed = await self.core.run_in_background(self._claim, limit, only)
        for job in claimed:
            self._start(job)
        return len(claimed)

    def _start(self, job: Job) -> None:
        task = asyncio.create_task(self._perform(job), name=f"effect {job.effect.id}")
        self._running[job.effect.id] = task

    async def _rescue(self) -> None:
        """Give back what dead workers held: on SQLite all of it at the start, then what has outlived its lease."""
        now = time.monotonic()
        if self._rescued_at is not None and now < self._rescued_at + _POLL_SECONDS:
            return
        everything = self._rescued_at is None and self.core.database.is_sqlite
        await self.core.run_in_background(self._give_back, frozenset(self._running), everything=everything)
        self._rescued_at = now

    async def _wait(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_POLL_SECONDS):
                await self._bell.wait()

    def _give_back(self, alive: Collection[int], *, everything: bool) -> None:
        with self.core.database.transaction() as tx:
            if everything:
                rescue_all(tx)
            else:
                rescue(tx, alive=alive)

    def _claim(self, limit: int, only: Sequence[EffectKind]) -> list[Job]:
        with self.core.database.transaction() as tx:
            effects = claim(tx, self.worker, limit=limit, only=only)
            if not effects:
                return []
            tx.session.flush()
            return self.jobs.prepare(tx, effects)

    async def _perform(self, job: Job) -> None:
        effect = job.effect
        record: Record | None = None
        outcome: Outcome
        try:
            async with asyncio.timeout(_DEADLINE_SECONDS):
                record = await self.performers[effect.kind](job)
            outcome = Done()
        except Dropped:
            outcome = Done(dropped=True)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is written down and the others go on
            outcome = _outcome_of(effect, error)
        try:
            await self.core.run_in_background(self._settle, job, outcome, record)
        except Exception:  # noqa: BLE001 - as above
            # The row stays claimed; its lease will end and it will be tried again as being in doubt.
            structlog.get_logger().exception("effect not settled", effect=effect.id, kind=effect.kind)
        finally:
            self._running.pop(effect.id, None)
            self._bell.set()
        metrics.EFFECTS.labels(kind=effect.kind, outcome=type(outcome).__name__.lower()).inc()

    def _settle(self, job: Job, outcome: Outcome, record: Record | None) -> None:
        try:
            self._write_down(job, outcome, record)
        except OutsideError as error:
            # What came of it is not ours to keep: nothing of it is written down, and it is tried again or parked.
            self._write_down(job, _outcome_of(job.effect, error), None)

    def _write_down(self, job: Job, outcome: Outcome, record: Record | None) -> None:
        with self.core.database.transaction() as tx:
            if not settle(tx, job.effect.id, self.worker, outcome):
                return
            if record is not None:
                record(tx)
            if job.said:
                self.jobs.noted(tx, job)
            if isinstance(outcome, Done):
                release(tx, job.effect.id)
            if isinstance(outcome, Park):
                self.jobs.failed(tx, job, outcome.error)


def _outcome_of(effect: Effect, error: Exception) -> Outcome:
    log = structlog.get_logger().bind(effect=effect.id, kind=effect.kind, escalation=effect.escalation_id)
    delay = min(_LONGEST_DELAY, _FIRST_DELAY * 2 ** min(effect.attempts - 1, 10))
    match error:
        case Temporary():
            log.info("effect postponed", error=str(error))
            return Retry(error.retry_after or delay, in_doubt=False, error=error.code)
        case Ambiguous() | TimeoutError():
            log.warning("effect in doubt", error=str(error))
            code = error.code if isinstance(error, OutsideError) else "no answer in time"
            return Retry(delay, in_doubt=True, error=code)
        case Permanent():
            log.error("effect parked", error=str(error))
            return Park(error.code)
        case Stuck():
            log.error("effect failed", exc_info=error)
            return Park("it never came back and was interrupted")
        case _:
            log.error("effect failed", exc_info=error)
            if effect.attempts < _TRIES_OF_A_DEFECT:
                return Retry(delay, in_doubt=True, error=repr(error))
            return Park(repr(error))
