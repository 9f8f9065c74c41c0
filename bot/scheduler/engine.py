"""The engine: APScheduler only wakes us. It holds no state, so nothing is lost with it and nothing runs twice."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock
from bot.scheduler.deliver import Deliverer
from bot.scheduler.files import Files
from bot.scheduler.tick import Tick
from bot.services.accounts import Accounts
from bot.services.audit import Audit
from bot.services.core import Core
from bot.services.digests import Digests
from bot.services.reassessments import Reassessments
from bot.services.retention import Retention

_TICK_SECONDS = 1
_NAMES_SECONDS = 5
_WEIGHTS_SECONDS = 5
_FILES_SECONDS = 5
_AUDIT_MINUTES = 10
_DIGESTS_MINUTES = 15
_RETENTION_MINUTES = 30
_PATIENCE_SECONDS = 5


@dataclass
class Engine:
    """Runs tick, delivery, audit and the planning of digests until it is stopped."""

    core: Core
    real_clock: Clock
    tick: Tick
    deliverer: Deliverer
    audit: Audit
    retention: Retention
    digests: Digests
    accounts: Accounts
    reassessments: Reassessments
    files: Files
    last_tick_at: float | None = None
    _scheduler: AsyncIOScheduler | None = None
    _awake: set[asyncio.Future[None]] = field(default_factory=set)
    _delivery: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Heal what a crash left, then wake up regularly."""
        await self._audit()
        await self._digests()
        self._delivery = asyncio.create_task(self.deliverer.run(), name="delivery")
        # A job that is late is run late, and several missed runs are one: the rows say what is to be done.
        scheduler = AsyncIOScheduler(job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1})
        # The first tick comes at once: what became due while nobody was there has waited long enough.
        now = self.real_clock.now()
        scheduler.add_job(self._guarded("tick", self._tick), "interval", seconds=_TICK_SECONDS, next_run_time=now)
        scheduler.add_job(self._guarded("names", self._names), "interval", seconds=_NAMES_SECONDS)
        scheduler.add_job(self._guarded("weights", self._weights), "interval", seconds=_WEIGHTS_SECONDS)
        scheduler.add_job(self._guarded("files", self.files.look), "interval", seconds=_FILES_SECONDS)
        scheduler.add_job(self._guarded("audit", self._audit), "interval", minutes=_AUDIT_MINUTES)
        scheduler.add_job(self._guarded("digests", self._digests), "interval", minutes=_DIGESTS_MINUTES)
        scheduler.add_job(self._guarded("retention", self._retention), "interval", minutes=_RETENTION_MINUTES)
        scheduler.start()
        self._scheduler = scheduler

    async def stop(self) -> None:
        """Stop waking up, and let what is under way end; what takes long is left to the next start."""
        if self._scheduler is not None:
            self._scheduler.pause()
            if self._awake:
                await asyncio.wait(self._awake, timeout=_PATIENCE_SECONDS)
            self._scheduler.shutdown(wait=False)
        await self.deliverer.stop()
        if self._delivery is not None:
            await self._delivery

    def reload(self) -> None:
        """Have the files read again at once; before the start there is nothing to read again."""
        if self._scheduler is not None:
            self._scheduler.add_job(self._guarded("files", self.files.reload))

    def _guarded(self, name: str, work: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._awake.add(over)
            try:
                await work()
            except Exception:  # noqa: BLE001 - whatever it is, the next wake-up must come
                # The next wake-up tries again; readiness shows when the tick has not succeeded for long.
                structlog.get_logger().exception("woken in vain", job=name)
            finally:
                self._awake.discard(over)
                over.set_result(None)

        return run

    async def _tick(self) -> None:
        await self.tick.run()
        self.last_tick_at = self.real_clock.now().timestamp()

    async def _names(self) -> None:
        await self.core.run_in_background(self.accounts.refresh)

    async def _weights(self) -> None:
        for number in await self.core.run_in_background(self.reassessments.due):
            await self.core.run_in_background(self.reassessments.weigh, number)

    async def _audit(self) -> None:
        for number in await self.core.run_in_background(self.audit.watched):
            await self.core.run_in_background(self.audit.heal, number)
        await self.core.run_in_background(self.audit.tidy)

    async def _retention(self) -> None:
        for remove in (self.retention.effects, self.retention.timers):
            removed = await self.core.run_in_background(remove)
            while removed.go_on is not None:
                removed = await self.core.run_in_background(remove, removed.go_on)

    async def _digests(self) -> None:
        await self.core.run_in_background(self.digests.plan)
