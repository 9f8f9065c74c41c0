"""Socket Mode: up to ten connections per app; each payload goes to one of them."""

import asyncio
import contextlib
import itertools
import json
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.apps import App
from sandbox.ids import secret
from sandbox.serving import Connection

Json = dict[str, Any]

logger = logging.getLogger(__name__)

MOST = 10
GOING_AWAY = 1001
GRACE = 1.0
"""Seconds between the notice that a connection will close and its close. SDKs reconnect upon the notice."""
TICKET_LIFE = 30.0
APPROXIMATE_LIFE = 18_060
"""The connection's life in seconds, as `hello` states it."""


@dataclass
class Reply:
    """An acknowledgement and its payload, if any."""

    body: Any


@dataclass(eq=False)
class Socket:
    """One open connection and its unacknowledged payloads."""

    number: int
    app: App
    websocket: WebSocket
    waiting: dict[str, asyncio.Future[Reply]] = field(default_factory=dict)
    retiring: bool = False

    @property
    def connection(self) -> Connection:
        """Return the underlying TCP connection."""
        connection: Connection = self.websocket.state.connection
        return connection

    async def send(self, message: Json) -> None:
        """Send one JSON message."""
        await self.websocket.send_text(json.dumps(message))

    def drop(self) -> None:
        """Drop the connection without a close frame."""
        self.connection.reset()

    def give_up(self) -> None:
        """Fail everybody who waits for an acknowledgement on this connection."""
        for future in self.waiting.values():
            if not future.done():
                future.set_exception(ConnectionResetError("the connection has gone"))
        self.waiting.clear()


class Sockets:
    """All Socket Mode connections."""

    def __init__(self) -> None:
        self._open: dict[str, list[Socket]] = {}
        self._tickets: dict[str, tuple[App, float]] = {}
        self._turn = itertools.count()
        self._number = itertools.count(1)
        self._arrival = asyncio.Event()
        self._endings: set[asyncio.Task[None]] = set()

    def ticket(self, app: App) -> str:
        """Return a ticket that admits one connection within half a minute."""
        now = time.monotonic()
        self._tickets = {ticket: owner for ticket, owner in self._tickets.items() if owner[1] > now}
        ticket = str(uuid4())
        self._tickets[ticket] = (app, now + TICKET_LIFE)
        return ticket

    def of(self, app: App) -> list[Socket]:
        """Return the connections of an app that still accept payloads."""
        return [socket for socket in self._open.get(app.id, []) if not socket.retiring]

    def all(self) -> Iterator[Socket]:
        """Return every open connection."""
        return itertools.chain.from_iterable(self._open.values())

    async def pick(self, app: App, within: float) -> Socket | None:
        """Return the next connection in turn, waiting up to `within` seconds for one; None if there is none."""
        deadline = time.monotonic() + within
        while not (ready := self.of(app)):
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            try:
                await asyncio.wait_for(self._arrival.wait(), left)
            except TimeoutError:
                return None
        return ready[next(self._turn) % len(ready)]

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one connection from its ticket to its end."""
        app, _ = self._tickets.pop(websocket.query_params.get("ticket", ""), (None, 0.0))
        if app is None:
            await _close(websocket, 1008)
            return
        await websocket.accept()
        opened = self._open.setdefault(app.id, [])
        socket = Socket(next(self._number), app, websocket)
        if len(opened) >= MOST:
            await socket.send(disconnect("too_many_websockets"))
            await _close(websocket)
            return
        opened.append(socket)
        try:
            await socket.send(hello(app, len(opened)))
            self._announce()
            await self._listen(socket)
        except (WebSocketDisconnect, RuntimeError):
            logger.debug("Socket Mode connection %s has gone", socket.number)
        finally:
            opened.remove(socket)
            socket.give_up()

    async def retire(self, reason: str, grace: float = GRACE) -> int:
        """Recycle every connection, as Slack does about hourly; return how many.

        `warning` only announces it. `refresh_requested` and `link_disabled` close the connection after `grace` seconds,
        in which it gets nothing new and may acknowledge what it has. `drop` breaks it off.
        """
        sockets = list(self.all())
        for socket in sockets:
            if reason == "drop":
                socket.drop()
                continue
            await socket.send(disconnect(reason))
            if reason != "warning":
                socket.retiring = True
                task = asyncio.get_running_loop().create_task(_end(socket, grace))
                self._endings.add(task)
                task.add_done_callback(self._endings.discard)
        return len(sockets)

    async def stop(self) -> None:
        """Close every connection properly, so that clients notice."""
        for ending in self._endings:
            ending.cancel()
        for socket in list(self.all()):
            socket.give_up()
            await _close(socket.websocket, GOING_AWAY)

    async def _listen(self, socket: Socket) -> None:
        while True:
            text = await socket.websocket.receive_text()
            try:
                message = json.loads(text)
            except (ValueError, RecursionError):
                logger.warning("not JSON over Socket Mode: %.200s", text)
                continue
            future = socket.waiting.pop(str(message.get("envelope_id")), None) if isinstance(message, dict) else None
            if future is not None and not future.done():
                future.set_result(Reply(message.get("payload")))

    def _announce(self) -> None:
        arrival, self._arrival = self._arrival, asyncio.Event()
        arrival.set()


async def _end(socket: Socket, grace: float) -> None:
    """Close a connection unless the client has closed it by then."""
    await asyncio.sleep(grace)
    await _close(socket.websocket)


async def _close(websocket: WebSocket, code: int = 1000) -> None:
    """Close a connection, which either side may be closing already."""
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):
        await websocket.close(code)


def hello(app: App, connections: int) -> Json:
    """Return the hello message of a connection."""
    return {
        "type": "hello",
        "num_connections": connections,
        "debug_info": {
            "host": "sandbox",
            "build_number": 1,
            "approximate_connection_time": APPROXIMATE_LIFE,
        },
        "connection_info": {"app_id": app.id},
    }


def disconnect(reason: str) -> Json:
    """Return the disconnect message."""
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": f"sandbox-{secret(4)}"}}
