"""Limits for the HTTP server: on request size, request time and open connections.

uvicorn limits neither the time that headers and body may take nor the number of connections that have sent nothing yet.
So this protocol counts connections and gives each a deadline for its whole request, and the middleware refuses a body
that is too large before it is read.
"""

import asyncio
import contextlib
from typing import Final

import h11
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

# Slack's largest payload is a 250 kB form, in which every character may be escaped.
LARGEST_BODY: Final = 1024 * 1024
# Seconds from accepting the connection, or the first byte of the next request, to the last byte of the request.
READ_SECONDS: Final = 10.0
# Well below the 1,024 files a process may open on most systems: the database and Slack need some too.
MOST_CONNECTIONS: Final = 200
# Connections accepted at a time; with more, others would be open before any of them could be counted.
BACKLOG: Final = 50


class GuardedProtocol(H11Protocol):
    """HTTP/1.1 with a deadline for reading a request, and a limit on connections.

    At the limit, the connection that has kept us waiting longest is closed: clients that send their request at once, as
    Slack does, get in. This is not logged, so that strangers can't flood the log.
    """

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Register the connection; at the limit, close one that is still waiting for its request."""
        waiting = [other for other in self.connections if isinstance(other, GuardedProtocol) and other.is_waiting]
        super().connection_made(transport)
        self._expect()
        if len(self.connections) > MOST_CONNECTIONS:
            longest = min(waiting, key=lambda other: other.waits_until, default=self)
            longest.give_up()

    def connection_lost(self, exc: Exception | None) -> None:
        """Unregister the connection."""
        self._rest()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Process data; the deadline runs from the first byte of a request to its last."""
        if self._deadline is None and not self._is_being_answered:
            self._expect()
        super().data_received(data)
        if self._is_being_answered:
            self._rest()

    @property
    def is_waiting(self) -> bool:
        """Return True if the request is still incomplete."""
        return self._deadline is not None

    @property
    def waits_until(self) -> float:
        """Return the event loop's time at which the connection is closed."""
        return self._deadline.when() if self._deadline is not None else float("inf")

    def give_up(self) -> None:
        """Close the connection immediately."""
        self._rest()
        self.connections.discard(self)
        self.transport.abort()

    @property
    def _is_being_answered(self) -> bool:
        """Return True if the whole request has been read."""
        return self.conn.their_state not in {h11.IDLE, h11.SEND_BODY}

    def _expect(self) -> None:
        self._rest()
        self._deadline = self.loop.call_later(READ_SECONDS, self.give_up)

    def _rest(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class LimitedBody:
    """Refuses a body that is too large: by its Content-Length before reading, otherwise while reading."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST_BODY) -> None:
        self.app = app
        self.largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not announced.isdigit() or int(announced[:20]) > self.largest:
            await _refuse(send)
            return
        read, has_begun = 0, False

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.largest:
                raise _TooLargeError
            return message

        async def noted(message: Message) -> None:
            nonlocal has_begun
            if read > self.largest and not has_begun:
                return  # Starlette's own answer to the error: the right one is ours.
            has_begun = True
            await send(message)

        # Whoever goes away in the middle of a request is told nothing, and nothing is logged of it.
        with contextlib.suppress(_TooLargeError, ClientDisconnect):
            await self.app(scope, counted, noted)
        if read > self.largest and not has_begun:
            await _refuse(send)


class _TooLargeError(Exception):
    """The body is larger than the limit."""


async def _refuse(send: Send) -> None:
    # Without `close`, the rest of the body would still be read to find the next request.
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": b"too large\n"})
