"""The engine: APScheduler only triggers it. All state is in the database, so nothing is lost or runs twice."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock
from bot.database.failures import log_failure
from bot.database.transaction import Core
from bot.ports.outages import AlwaysThere, Reach
from bot.scheduler.deliver import Deliverer
from bot.scheduler.feeds import FeedReader
from bot.scheduler.files import Files
from bot.scheduler.tick import Tick
from bot.scheduler.workers import host, is_dead
from bot.services.accounts.accounts import Accounts
from bot.services.channel.outages import Outages
from bot.services.directory.directory_changes import DirectoryChanges
from bot.services.levels.reassessments import Reassessments
from bot.services.on_call.watch import OnCallWatch
from bot.services.operator.audit import Audit, AuditCursor
from bot.services.operator.retention import Retention
from bot.services.overview.digests import Digests
from bot.services.overview.escalations import Escalations
from bot.services.overview.standing import StandingTimers
from bot.services.policies.policy_history import PolicyHistory
from bot.services.policies.replicas import Replicas
from bot.services.reports.headline import Headline
from bot.services.reports.measures import Measures

_PATIENCE_SECONDS = 5
# Healing after a start pauses this many times as long as it works, so that requests come first.
_REST: Final = 3
# Jobs at least this frequent react to recent changes; with a clock moved by hand they run every time.
_OFTEN: Final = timedelta(seconds=5)
# A round of measuring goes over a hundred escalations and takes about a tenth of a second.
_ROUNDS: Final = 20


@dataclass(frozen=True)
class _PeriodicJob:
    """A periodic job; `work` returns whether it did something, or None if it can't tell."""

    name: str
    every: timedelta
    work: Callable[[], Awaitable[object]]


# Without a representation: see `bot.program.Program`.
@dataclass(repr=False)
class Engine:
    """Runs delivery and the periodic jobs until stopped.

    The jobs: see whether the workspace is back after an outage, weigh accounts again, tick, refresh account names,
    look at the files, at the policy in force and at who is on call, audit, measure what has changed, look at the
    numbers, free what was held for a lost channel, redraw open Home tabs, bring the hot list up to date, plan what
    is sent by the calendar, remove what is over, bring user groups in step.
    """

    core: Core
    real_clock: Clock
    tick: Tick
    deliverer: Deliverer
    audit: Audit
    retention: Retention
    digests: Digests
    standing: StandingTimers
    accounts: Accounts
    escalations: Escalations
    reassessments: Reassessments
    on_call_watch: OnCallWatch
    feed_reader: FeedReader
    directory_changes: DirectoryChanges
    policy_history: PolicyHistory
    replicas: Replicas
    measures: Measures
    headline: Headline
    files: Files
    outages: Outages
    reach: Reach = field(default_factory=AlwaysThere)
    last_tick_at: float | None = None
    _scheduler: AsyncIOScheduler | None = None
    _awake: set[asyncio.Future[None]] = field(default_factory=set)
    _delivery: asyncio.Task[None] | None = None
    _healing: asyncio.Task[None] | None = None
    _place: AuditCursor = field(default_factory=AuditCursor)
    _ran_at: dict[str, datetime] = field(default_factory=dict)

    async def start(self) -> None:
        """Start the periodic jobs. Recovery after a crash runs alongside, so that nobody waits for it."""
        self._delivery = asyncio.create_task(self.deliverer.run(), name="delivery")
        self._healing = asyncio.create_task(self._guarded("healing", self._heal)(), name="healing")
        # Late jobs run late and missed runs are merged: the rows say what is due. The machine's zone, which may be one
        # that doesn't exist, is not asked for.
        jobs = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        scheduler = AsyncIOScheduler(job_defaults=jobs, timezone=UTC)
        # The first round runs immediately: what became due during the downtime has waited long enough.
        now = self.real_clock.now()
        for job in self._jobs():
            seconds = job.every.total_seconds()
            work = self._guarded(job.name, job.work)
            scheduler.add_job(work, "interval", seconds=seconds, next_run_time=now, name=job.name)
        scheduler.start()
        self._scheduler = scheduler

    async def stop(self) -> None:
        """Stop the jobs and wait for running ones; long-running work is left to the next start."""
        if self._scheduler is not None:
            self._scheduler.pause()
        if self._healing is not None:
            self._healing.cancel()
        if self._awake:
            await asyncio.wait(self._awake, timeout=_PATIENCE_SECONDS)
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
        await self.deliverer.stop()
        if self._delivery is not None:
            await self._delivery
        try:
            await self.core.run_in_background(self.replicas.forget, self.deliverer.worker)
        except Exception as error:  # noqa: BLE001 - the others forget it in a minute
            log_failure("scheduled job failed", error, job="policies")

    async def run_due_jobs(self, *, without: Collection[str] = ()) -> bool:
        """Run each due job once, in order, deliver everything that may go out, and return.

        Returns True if there may be more to do right away. The running engine does the same in its own time; with a
        clock moved by hand, call it until it returns False. Jobs named in `without` stay due.
        """
        if not self._ran_at:
            await self._heal(at_once=True)
        busy, now = False, self.real_clock.now()
        for job in self._jobs():
            if job.name == "names" or job.name in without:  # names come last, as what is delivered may change accounts
                continue
            ran_at = self._ran_at.get(job.name)
            if ran_at is None or now >= ran_at + job.every or job.every <= _OFTEN:
                self._ran_at[job.name] = now
                busy |= bool(await job.work())
        await self.deliverer.drain()
        await self._names()
        return busy

    async def run_jobs(self, *names: str) -> None:
        """Run these jobs now. For a clock that skips time, in which they would have run."""
        for job in self._jobs():
            if job.name in names:
                await job.work()

    def reload(self) -> None:
        """Reread the files now. Does nothing before the start."""
        if self._scheduler is not None:
            self._scheduler.add_job(self._guarded("files", self.files.reload))

    def _jobs(self) -> tuple[_PeriodicJob, ...]:
        return (
            _PeriodicJob("reach", timedelta(seconds=5), self._look_for_workspace),
            _PeriodicJob("weights", timedelta(seconds=5), self._weights),
            _PeriodicJob("tick", timedelta(seconds=1), self._tick),
            _PeriodicJob("names", timedelta(seconds=5), self._names),
            _PeriodicJob("files", timedelta(seconds=5), self.files.look),
            _PeriodicJob("policy history", timedelta(seconds=5), self._policy_history),
            _PeriodicJob("policies", timedelta(seconds=30), self._compare_policies),
            _PeriodicJob("directory", timedelta(seconds=5), self._directory),
            _PeriodicJob("feeds", timedelta(seconds=30), self.feed_reader.read),
            _PeriodicJob("on call", timedelta(seconds=30), self._on_call),
            _PeriodicJob("audit", timedelta(seconds=15), self._audit),
            _PeriodicJob("measures", timedelta(seconds=30), self._measures),
            _PeriodicJob("numbers", timedelta(minutes=5), self._numbers),
            _PeriodicJob("free", timedelta(minutes=1), self._free),
            _PeriodicJob("homes", timedelta(minutes=1), self._homes),
            _PeriodicJob("hot list", timedelta(minutes=1), self._hot_list),
            _PeriodicJob("standing", timedelta(minutes=15), self._standing),
            _PeriodicJob("retention", timedelta(minutes=30), self._retention),
            _PeriodicJob("groups", timedelta(days=1), self._groups),
        )

    def _guarded(self, name: str, work: Callable[[], Awaitable[object]]) -> Callable[[], Coroutine[Any, Any, None]]:
        async def run() -> None:
            over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._awake.add(over)
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - the next run must come, whatever the error
                # The next run retries; /readyz fails if the tick has not succeeded for long.
                log_failure("scheduled job failed", error, job=name)
            finally:
                self._awake.discard(over)
                over.set_result(None)

        return run

    async def _look_for_workspace(self) -> bool:
        """Once the workspace is back, put together what piled up for its channels; return True if it is."""
        since = self.reach.away_since
        if since is None:
            return False
        if not await self.reach.answers():
            return bool(await self.core.run_in_background(self.outages.mail_meanwhile))
        away_for = self.real_clock.now() - since
        structlog.get_logger().warning("Slack is back", seconds=round(away_for.total_seconds()))
        for number in await self.core.run_in_background(self.outages.piled_up):
            try:
                await self.core.run_in_background(self.outages.put_together, number, away_for)
            except Exception as error:  # noqa: BLE001 - its messages are then sent one by one
                log_failure("outage not summarised", error, escalation=number)
        self.reach.returned()
        return True

    async def _tick(self) -> bool:
        fired = await self.tick.run(self._note_tick)
        self._note_tick()
        return bool(fired)

    def _note_tick(self) -> None:
        self.last_tick_at = self.real_clock.now().timestamp()

    async def _directory(self) -> bool:
        return await self.core.run_in_background(self.directory_changes.refresh)

    async def _policy_history(self) -> bool:
        return await self.core.run_in_background(self.policy_history.note)

    async def _compare_policies(self) -> None:
        await self.core.run_in_background(self.policy_history.compare)
        is_told = self.policy_history.difference is not None
        note = partial(self.replicas.note, self.deliverer.worker, host(), is_dead, is_told=is_told)
        await self.core.run_in_background(note)

    async def _on_call(self) -> bool:
        return await self.core.run_in_background(self.on_call_watch.look)

    async def _names(self) -> None:
        while await self.core.run_in_background(self.accounts.refresh_some):
            pass

    async def _weights(self) -> bool:
        """Recalculate the next few due account weights; return True if there were any."""
        weighed = False
        for number in await self.core.run_in_background(self.reassessments.due):
            try:
                weighed |= await self.core.run_in_background(self.reassessments.weigh, number)
            except Exception as error:  # noqa: BLE001 - one that cannot be weighed must not stop the others
                log_failure("account weighting failed", error, escalation=number)
                await self.core.run_in_background(self.reassessments.put_off, number)
        return weighed

    async def _heal(self, *, at_once: bool = False) -> None:
        """Run one full pass of the audit, paced so that requests come first, or without pauses if `at_once`."""
        started = began = time.monotonic()
        while not await self._look_and_heal():
            if not at_once:
                await asyncio.sleep((time.monotonic() - began) * _REST)
            began = time.monotonic()
        structlog.get_logger().info("audit pass finished", seconds=round(time.monotonic() - started, 1))

    async def _audit(self) -> None:
        if self._healing is None or self._healing.done():
            await self._look_and_heal()

    async def _look_and_heal(self) -> bool:
        """Check the next few records and repair them; return True if that ended a pass."""
        found = await self.core.run_in_background(self.audit.look, self._place)
        self._place = found.then or AuditCursor()
        for number in found.wrong:
            try:
                await self.core.run_in_background(self.audit.heal, number)
            except Exception as error:  # noqa: BLE001 - a record that fails must not keep the others from being healed
                log_failure("record repair failed", error, escalation=number)
        if found.managers:
            await self.core.run_in_background(self.digests.plan, found.managers)
        return found.then is None

    async def _measures(self) -> None:
        """Measure what has changed, and look for what was missed, which is all of the past after an upgrade."""
        for work in (self.measures.catch_up, self.measures.heal):
            for _ in range(_ROUNDS):
                if not await self.core.run_in_background(work):
                    break

    async def _numbers(self) -> None:
        await self.core.run_in_background(self.headline.refresh)

    async def _homes(self) -> bool:
        return bool(await self.core.run_in_background(self.escalations.redraw_homes))

    async def _free(self) -> None:
        await self.core.run_in_background(self.audit.free)

    async def _retention(self) -> None:
        over = self.retention
        for remove in (over.effects, over.timers, over.duties, over.forms, over.links):
            removed = await self.core.run_in_background(remove)
            while removed.go_on is not None:
                removed = await self.core.run_in_background(remove, removed.go_on)

    async def _groups(self) -> bool:
        """After a start and daily, because somebody may have changed a user group by hand."""
        return await self.core.run_in_background(self.on_call_watch.keep_groups)

    async def _standing(self) -> None:
        await self.core.run_in_background(self.standing.plan)

    async def _hot_list(self) -> bool:
        return await self.core.run_in_background(self.standing.hot_lists.refresh)
