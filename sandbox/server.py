"""The sandbox as one object: wired, started and stopped."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from sandbox.api.dispatch import WebApi
from sandbox.api.limits import Limits
from sandbox.api.table import methods
from sandbox.application import application
from sandbox.apps import install
from sandbox.clock import Clock
from sandbox.control.interact import Interactions
from sandbox.control.machinery import Machinery
from sandbox.delivery.courier import Courier
from sandbox.delivery.events import Events
from sandbox.delivery.responses import Responses
from sandbox.delivery.sockets import Sockets
from sandbox.faults import Faults
from sandbox.journal import Journal
from sandbox.mailbox.mailbox import Mailbox
from sandbox.mailbox.state import MailboxState
from sandbox.manifest import Manifest
from sandbox.pager.pager import Pager
from sandbox.pager.state import PagerState
from sandbox.postman import MessageScheduler
from sandbox.saving import StateSaver
from sandbox.serving import Web
from sandbox.state.workspace import Workspace
from sandbox.stream import Stream
from sandbox.workspace_file import SAMPLE, Seed


class Sandbox:
    """A local Slack. Several may live in one process; each has its own port, clock, state and faults.

    async with Sandbox(seed, [manifest]) as sandbox:
        client = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url)
    """

    def __init__(
        self,
        seed: Seed = SAMPLE,
        manifests: Sequence[Manifest] = (),
        *,
        events_urls: Sequence[str | None] = (),
        latency_ms: float = 0.0,
        strict_tiers: bool = True,
        state: Path | None = None,
    ) -> None:
        self.clock = Clock()
        self.apps = install(manifests, seed.tokens, events_urls)
        self.workspace = Workspace(seed, self.apps, self.clock)
        self.faults = Faults()
        self.limits = Limits(self.clock.now, strict=strict_tiers)
        self.calls = Journal()
        self.deliveries = Journal()
        self.sockets = Sockets()
        self.courier = Courier(self.workspace, self.sockets, self.faults, self.deliveries)
        self.responses = Responses(self.workspace)
        self.stream = Stream(self.workspace)
        self.events = Events(self.workspace, self.courier)
        self.workspace.changes.listen(self.stream)
        self.postman = MessageScheduler(self.workspace)
        self.workspace.changes.listen(self.events)
        self.workspace.changes.listen(self.postman)
        self.api = WebApi(
            self.workspace, self.limits, self.faults, self.calls, self.sockets.ticket, latency=latency_ms / 1000
        )
        self.interactions = Interactions(self.workspace, self.courier, self.responses, self.events)
        self.machinery = Machinery(
            self.workspace, self.clock, self.faults, self.limits, self.sockets, self.responses, self.courier
        )
        self.pager = Pager(PagerState(self.clock.now))
        self.mailbox = Mailbox(MailboxState(self.clock.now))
        self._keeper = StateSaver(self.workspace, state) if state else None
        self._web: Web | None = None

    @contextlib.contextmanager
    def unobserved(self) -> Iterator[None]:
        """Report no changes, limit no rates, and keep time where it is put, while the context is open.

        For making a past through the Web API. Afterwards the clock is the machine's again, the journals are empty, and
        pages load everything anew.
        """
        strict, self.limits.strict = self.limits.strict, False
        self.workspace.changes.muted = True
        self.clock.set(speed=0.0)
        try:
            yield
        finally:
            self.workspace.changes.muted = False
            self.limits.strict = strict
            self.limits.clear()
            self.clock.reset()
            self.calls.clear()
            self.deliveries.clear()
            self.workspace.changes.tell("reset")

    @property
    def url(self) -> str:
        """Return the page's URL; empty before the start."""
        return self.workspace.base_url

    @property
    def api_url(self) -> str:
        """Return the `base_url` for an SDK."""
        return f"{self.url}/api/"

    @property
    def bot_token(self) -> str:
        """Return the bot token of the first app."""
        return self.apps[0].tokens.bot

    @property
    def app_token(self) -> str:
        """Return the app-level token of the first app."""
        return self.apps[0].tokens.app

    @property
    def signing_secret(self) -> str:
        """Return the secret that signs requests to the first app."""
        return self.apps[0].tokens.signing_secret

    async def start(self, port: int = 0) -> Self:
        """Serve on a loopback port; 0 picks a free one."""
        methods()  # loads the table now, so that the first call is not slow
        if self._keeper:
            self._keeper.restore()
        web = Web(application(self), port)
        self.workspace.base_url = f"http://127.0.0.1:{web.port}"
        await web.start()
        self._web = web
        for waiting in self.workspace.scheduled.values():
            self.postman.take(waiting)
        if self._keeper:
            self._keeper.start()
        return self

    async def stop(self) -> None:
        """Close every connection and stop all tasks."""
        self.stream.stop()
        await self.sockets.stop()
        self.faults.clear()
        await self.postman.stop()
        await self.courier.stop()
        await self.pager.webhooks.stop()
        await self.mailbox.stop()
        if self._web is not None:
            await self._web.stop()
            self._web = None
            if self._keeper:
                await self._keeper.stop()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()


@contextlib.contextmanager
def in_thread(sandbox: Sandbox, port: int = 0) -> Iterator[Sandbox]:
    """Serve from a thread of its own, for programs without asyncio."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="sandbox", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(sandbox.start(port), loop).result()
        yield sandbox
        asyncio.run_coroutine_threadsafe(sandbox.stop(), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
