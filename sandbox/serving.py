"""The HTTP server: uvicorn in a running event loop, on loopback, with numbered connections."""

import asyncio
import itertools
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

LOOPBACK = "127.0.0.1"
KEEP_ALIVE = 75
PING_EVERY = 10.0
PATIENCE = 1.0
"""Seconds a request may still take when the server stops."""

RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Connection:
    """A TCP connection, numbered in order of arrival."""

    number: int
    transport: asyncio.Transport
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    async def until_closed(self, or_until: asyncio.Event) -> None:
        """Wait until the client disconnects or the event is set."""
        waits = [asyncio.ensure_future(event.wait()) for event in (self.closed, or_until)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def reset(self) -> None:
        """Reset the connection: the client sees a reset and no response."""
        if (opened := self.transport.get_extra_info("socket")) is not None:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self.transport.abort()


class Web:
    """Serves an ASGI application until stopped. Requests find their connection in `state.connection`.

    Starting and stopping are uvicorn's, but not its main loop, which takes over the process's signals and checks only
    ten times a second whether to stop.
    """

    def __init__(self, application: Any, port: int) -> None:
        self._socket = _listening(port)
        self.port: int = self._socket.getsockname()[1]
        config = Config(
            application,
            http=_protocol(itertools.count(1)),
            ws=WebSocketsSansIOProtocol,
            ws_ping_interval=PING_EVERY,
            ws_per_message_deflate=False,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE,
        )
        config.load()
        self._server = Server(config)
        self._server.lifespan = config.lifespan_class(config)

    async def start(self) -> None:
        """Start accepting connections."""
        await self._server.startup(sockets=[self._socket])

    async def stop(self) -> None:
        """Close every connection and release the port."""
        state = self._server.server_state
        for server in self._server.servers:
            server.close()
        for connection in list(state.connections):
            connection.transport.close()
        if state.tasks:
            _, pending = await asyncio.wait(state.tasks, timeout=PATIENCE)
            for task in pending:
                task.cancel()


def _listening(port: int) -> socket.socket:
    """Return a listening socket.

    It names its protocol because asyncio disables Nagle's algorithm only on sockets that do; with it, every response
    would wait 40 ms for the client's delayed acknowledgement.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
    except OSError:
        listening.close()
        raise
    return listening


def _protocol(numbers: Iterator[int]) -> type[H11Protocol]:
    """Return uvicorn's protocol, extended to pass each connection to its requests."""

    class Protocol(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
            super().connection_made(transport)
            self.app_state = {**self.app_state, "connection": Connection(next(numbers), transport)}

        def connection_lost(self, exc: Exception | None) -> None:
            self.app_state["connection"].closed.set()
            super().connection_lost(exc)

    return Protocol
