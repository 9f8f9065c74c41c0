"""The running bot: the parts it starts and stops, and its readiness."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import aiohttp
import structlog

from bot import metrics
from bot.database.writable import Writable
from bot.handlers.kit.after_ack import AfterAck
from bot.handlers.kit.routes import Routes
from bot.integrations.health import Listener
from bot.integrations.heartbeat import EVERY_SECONDS, Heartbeat
from bot.integrations.mail.imap import ImapInbox
from bot.integrations.slack.transport import Transport
from bot.integrations.slack.verdicts import REINSTALL
from bot.ports.rates import Rates
from bot.scheduler.engine import Engine
from bot.scheduler.watchdog import Watchdog
from bot.services.bundle import Services
from bot.settings import Settings

_TICK_LATE = timedelta(seconds=30)


# Without a representation of its own: asyncio logs what a task returns, and all of the program's parts are 200 MB.
@dataclass(repr=False)
class Program:
    """The running bot: starts its parts in order, stops them in reverse."""

    settings: Settings
    services: Services
    sessions: Sequence[aiohttp.ClientSession]
    after_ack: AfterAck
    routes: Routes
    transport: Transport
    engine: Engine
    listener: Listener
    metrics_listener: Listener
    rates: Rates
    watchdog: Watchdog
    heartbeat: Heartbeat | None = None
    inbox: ImapInbox | None = None
    writable: Writable = field(default_factory=Writable)
    _beating: asyncio.Task[None] | None = None
    _serving: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> None:
        """Start everything; connect to Slack last, so that no request arrives that can't be answered.

        Requests need the policy, which has been read by now. The engine reads the names of the accounts and recovers
        after a crash in the background, however much there is; a request that needs a name earlier waits for it.
        """
        self.watchdog.start()
        self.serve()
        await self.engine.start()
        self._beating = asyncio.create_task(self._beat_always(), name="heartbeat")
        await self.transport.start()
        if self.inbox is not None:
            self.inbox.start()
        structlog.get_logger().info(
            "ready", health=f"http://{self.settings.metrics_host}:{self.metrics_listener.port}/readyz"
        )

    def serve(self) -> None:
        """Start to answer over HTTP."""
        self._serving = [
            asyncio.create_task(self.listener.serve(), name="http"),
            asyncio.create_task(self.metrics_listener.serve(), name="metrics"),
        ]

    async def stop(self) -> None:
        """Stop listening, finish running work, release everything."""
        self.watchdog.stop()
        if self._beating is not None:
            self._beating.cancel()
        if self.inbox is not None:
            await self.inbox.stop()
        await self.transport.stop()
        await self.after_ack.finish()
        await self.engine.stop()
        for listener in (self.listener, self.metrics_listener):
            listener.stop()
        for serving in self._serving:
            await serving
        for listener in (self.listener, self.metrics_listener):
            listener.bound.close()
        for session in self.sessions:
            await session.close()
        self.services.core.close()

    async def readiness(self) -> Mapping[str, str | None]:
        """Return the problem of each part; None for a part that is ready."""
        return {
            "database": await self.services.core.health(self.writable.problem),
            "slack": self._refused() or self.transport.problem() or self._away(),
            "tick": self._tick_problem(),
        }

    async def beat(self) -> None:
        """Note whether Slack can be reached, and tell the dead man's switch that all is well if it is."""
        found = await self.readiness()
        metrics.DEAF.set(1 if found["slack"] else 0)
        if self.heartbeat is not None and not any(found.values()):
            await self.heartbeat.beat()

    async def _beat_always(self) -> None:
        while True:
            try:
                await self.beat()
            except Exception:  # noqa: BLE001 - the next beat must come, whatever the error
                structlog.get_logger().exception("scheduled job failed", job="heartbeat")
            await asyncio.sleep(EVERY_SECONDS)

    def _refused(self) -> str | None:
        code = self.engine.reach.refused
        return f"it refuses SLACK_BOT_TOKEN ({code}). {REINSTALL}" if code is not None else None

    def _away(self) -> str | None:
        since = self.engine.reach.away_since
        if since is None:
            return None
        seconds = self.services.database.real_clock.now().timestamp() - since.timestamp()
        return f"the Web API hasn't answered for {seconds:.0f} s"

    async def remarks(self) -> Mapping[str, str | None]:
        """Return warnings: shown in /readyz, never failing it."""
        inbox = {"mailbox": self.inbox.problem} if self.inbox is not None else {}
        replicas = self.services.replicas
        found = {
            "other policy": self.services.policy_history.difference or replicas.other_policy,
            "other settings": replicas.other_settings,
            "command": self._other_command(),
        }
        other = {part: remark for part, remark in found.items() if remark is not None}
        return {**self.engine.files.problems(), **other, **inbox}

    def _other_command(self) -> str | None:
        typed, named = self.routes.other_command, self.settings.command
        return f"people type {typed}, and messages name {named}; set ESCALATE_COMMAND={typed}" if typed else None

    def reload(self) -> None:
        """Reload policy and directory now. Errors are reported, and the last valid version stays in force."""
        self.engine.reload()

    def _tick_problem(self) -> str | None:
        last = self.engine.last_tick_at
        if last is None:
            return "has not run yet"
        late = self.services.database.real_clock.now().timestamp() - last
        return f"last ran {late:.0f} s ago" if late > _TICK_LATE.total_seconds() else None
