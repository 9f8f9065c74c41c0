"""A bot controlled by a test: it listens over Socket Mode and keeps what it receives."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.apps import App
from sandbox.server import Sandbox

Json = dict[str, Any]
Answer = Json | None
Listener = Callable[[Json], Answer | Awaitable[Answer]]

SILENCE: Json = {"silence": True}
"""The answer of a listener that acknowledges nothing."""


class Bot:
    """One Socket Mode connection. `on` says what to do with a kind of payload; all else is acknowledged.

    A kind is the payload's `type`, or for commands the command, for events the inner event's type.
    """

    def __init__(self, sandbox: Sandbox, app: App | None = None) -> None:
        self._app = app or sandbox.apps[0]
        self._sandbox = sandbox
        self._listeners: dict[str, Listener] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._arrived = asyncio.Condition()
        self.frames: list[Json] = []
        self.heard: list[tuple[str, Json]] = []
        self.closed = asyncio.Event()

    def on(self, kind: str, listener: Listener) -> None:
        """Answer a kind of payload; the answer is the payload of the acknowledgement."""
        self._listeners[kind] = listener

    async def hears(self, kind: str, times: int = 1) -> Json:
        """Return the payload of this kind that came as the `times`-th, waiting for it."""

        def found() -> list[Json]:
            return [payload for heard, payload in self.heard if heard == kind]

        async with self._arrived, asyncio.timeout(60):
            await self._arrived.wait_for(lambda: len(found()) >= times)
        return found()[times - 1]

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        self.client = AsyncWebClient(token=self._app.tokens.bot, base_url=self._sandbox.api_url, session=self._session)
        opened = await self.client.apps_connections_open(app_token=self._app.tokens.app)
        self.socket = await self._session.ws_connect(opened["url"])
        self._reader = asyncio.create_task(self._read())
        async with self._arrived, asyncio.timeout(60):
            await self._arrived.wait_for(lambda: bool(self.frames))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.socket.close()
        await self._reader
        await asyncio.gather(*self._tasks)
        await self._session.close()

    async def _read(self) -> None:
        async for frame in self.socket:
            message = json.loads(frame.data)
            async with self._arrived:
                self.frames.append(message)
                if "payload" in message:
                    self.heard.append((_kind(message["payload"]), message["payload"]))
                self._arrived.notify_all()
            if "payload" in message:
                task = asyncio.create_task(self._acknowledge(message))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        self.closed.set()

    async def _acknowledge(self, message: Json) -> None:
        listener = self._listeners.get(_kind(message["payload"]), _agree)
        answer = listener(message["payload"])
        if asyncio.iscoroutine(answer):
            answer = await answer
        if answer is SILENCE or self.socket.closed:
            return
        body = {} if answer is None else {"payload": answer}
        await self.socket.send_json({"envelope_id": message["envelope_id"], **body})


def _agree(_payload: Json) -> None:
    """Acknowledge and do nothing."""


def _kind(payload: Json) -> str:
    if payload.get("type") == "event_callback":
        return str(payload["event"]["type"])
    return str(payload.get("command") or payload["type"])
