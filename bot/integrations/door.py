"""Limits for the HTTP server: on request size, request time and open connections.

uvicorn limits neither the time that headers and body may take nor the number of connections that have sent nothing yet.
So this protocol counts connections and gives each a deadline for its whole request and for taking the answer, and the
middleware refuses a body that is too large before it is read.
"""

import asyncio
import contextlib
from enum import Enum, auto
from typing import Final

import h11
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

# Slack's largest payload is a 250 kB form, in which every character may be escaped.
LARGEST_BODY: Final = 1024 * 1024
# Seconds from accepting the connection, or the first byte of the next request, to the last byte of the request.
READ_SECONDS: Final = 10.0
# Seconds from the last byte of the request to the answer, and as many for the client to read it. Slack waits three.
ANSWER_SECONDS: Final = 10.0
# Well below the 1,024 files a process may open on most systems: the database and Slack need some too.
MOST_CONNECTIONS: Final = 200
# Connections accepted at a time; with more, others would be open before any of them could be counted.
BACKLOG: Final = 50
_SIGNED: Final = "is_signed"


def note_signed(scope: Scope) -> None:
    """Record that a request has Slack's signature: at the limit, its connection is kept rather than strangers'."""
    scope.setdefault("state", {})[_SIGNED] = True


class _Phase(Enum):
    """The state of a connection."""

    READING = auto()
    """The first request has not begun, or the next one is incomplete."""
    ANSWERING = auto()
    """A request is complete, and its answer is not."""
    IDLE = auto()
    """Every request is answered, and the next one has not begun."""


class GuardedProtocol(H11Protocol):
    """HTTP/1.1 with deadlines for reading a request and for answering it, and a limit on connections.

    A new connection is always accepted. At the limit, the connection that has been idle or waiting for its request
    longest is closed, however often it sent requests. One that is being answered is closed only if all are. Among
    equals, connections without a request of Slack's are closed first, so that Slack's kept-alive connections stay
    open. This is not logged, so that strangers can't flood the log.
    """

    _phase: _Phase = _Phase.READING
    _since: float = 0.0
    _was_signed: bool = False
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Register the connection; at the limit, close the one that is needed least."""
        others = [other for other in self.connections if isinstance(other, GuardedProtocol)]
        super().connection_made(transport)
        self._enter(_Phase.READING)
        if others and len(self.connections) > MOST_CONNECTIONS:
            min(others, key=lambda other: other.need).give_up()

    def connection_lost(self, exc: Exception | None) -> None:
        """Unregister the connection."""
        self._stop_clock()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Process data; the deadline runs from the first byte of a request to its last."""
        super().data_received(data)
        if self._current_phase() is not self._phase:
            self._enter(self._current_phase())

    def on_response_complete(self) -> None:
        """Continue with the next request, or close if the rest of this one's body has no known length."""
        if self.conn.their_state is h11.SEND_BODY and any(name == b"transfer-encoding" for name, _ in self.headers):
            self.transport.close()
        self._was_signed = self._is_signed
        super().on_response_complete()
        self._enter(self._current_phase())

    def send_400_response(self, msg: str) -> None:
        """Answer what isn't HTTP, if no answer has begun, and close. The handler of a broken request is stopped."""
        if (cycle := self._last_cycle) is not None and not cycle.response_complete:
            cycle.disconnected = True
            cycle.message_event.set()
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            super().send_400_response(msg)
        else:
            self.transport.close()

    @property
    def need(self) -> tuple[bool, bool, float]:
        """Return a sort key: the higher, the more the connection is needed."""
        return self._phase is _Phase.ANSWERING, self._is_signed, self._since

    def give_up(self) -> None:
        """Close the connection immediately."""
        self._stop_clock()
        self.connections.discard(self)
        self.transport.abort()

    @property
    def _last_cycle(self) -> RequestResponseCycle | None:
        """Return the last request whose headers arrived; None if there is none, which uvicorn's annotation omits."""
        return self.cycle

    @property
    def _is_signed(self) -> bool:
        """Return True if any request on this connection was noted as Slack's."""
        cycle = self._last_cycle
        return self._was_signed or (cycle is not None and _SIGNED in cycle.scope.get("state", {}))

    def _current_phase(self) -> _Phase:
        cycle = self._last_cycle
        if self.conn.their_state not in {h11.IDLE, h11.SEND_BODY}:
            return _Phase.IDLE if cycle is None or cycle.response_complete else _Phase.ANSWERING
        is_awaited = cycle is None or self.conn.their_state is h11.SEND_BODY or bool(self.conn.trailing_data[0])
        return _Phase.READING if is_awaited else _Phase.IDLE

    def _enter(self, phase: _Phase) -> None:
        self._stop_clock()
        self._phase, self._since = phase, self.loop.time()
        # uvicorn closes an idle connection sooner, but not while the client has yet to take what is written.
        seconds = READ_SECONDS if phase is _Phase.READING else ANSWER_SECONDS
        self._deadline = self.loop.call_later(seconds, self.give_up)

    def _stop_clock(self) -> None:
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
                raise TooLargeError
            return message

        async def noted(message: Message) -> None:
            nonlocal has_begun
            if read > self.largest and not has_begun:
                return  # Starlette's own answer to the error: the right one is ours.
            has_begun = True
            await send(message)

        # If the client disconnects in the middle of a request, there is no response and no log entry.
        with contextlib.suppress(TooLargeError, ClientDisconnect):
            await self.app(scope, counted, noted)
        if read > self.largest and not has_begun:
            await _refuse(send)


class TooLargeError(Exception):
    """The body is larger than the limit."""


async def _refuse(send: Send) -> None:
    # Without `close`, the rest of the body would still be read to find the next request.
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": b"too large\n"})
