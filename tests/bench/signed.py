"""Slack's side of signed HTTP: requests written straight to the bot, timed from first byte to the response's last.

The sandbox could do this too, but it would measure itself as well; here there is only a socket.
"""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from sandbox.delivery.signing import signature
from tests.bench.processes import SIGNING_SECRET

_TEAM = {"id": "T01BENCH", "domain": "bench"}
_FORM = "application/x-www-form-urlencoded"
_KEPT = 2.0


@dataclass(frozen=True)
class Request:
    """A request: a body and its kind. One for another address than Slack's is not signed, and has no body."""

    kind: str
    content_type: str = ""
    body: bytes = b""
    path: str = "/slack/events"

    def signed(self, port: int) -> bytes:
        """Return the whole request, signed now."""
        if not self.body:
            return f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
        now = str(int(time.time()))
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: {self.content_type}\r\n"
            f"Content-Length: {len(self.body)}\r\nX-Slack-Request-Timestamp: {now}\r\n"
            f"X-Slack-Signature: {signature(SIGNING_SECRET, now, self.body)}\r\n\r\n"
        )
        return head.encode() + self.body


def command(kind: str, who: str, text: str) -> Request:
    """Return a slash command. Its trigger is unknown, so the command must not open a form."""
    fields = {
        "command": "/escalate",
        "text": text,
        "user_id": who,
        "channel_id": "C01GENERAL",
        "channel_name": "general",
        "team_id": _TEAM["id"],
        "trigger_id": "1.1.1",
        "api_app_id": "A0SANDBOX1",
    }
    return Request(kind, _FORM, urlencode(fields).encode())


def interaction(kind: str, who: str, **fields: Any) -> Request:
    """Return an interaction with the fields of its type."""
    payload: dict[str, Any] = {
        "user": {"id": who, "team_id": _TEAM["id"]},
        "team": _TEAM,
        "api_app_id": "A0SANDBOX1",
        "trigger_id": "1.1.1",
    }
    payload |= fields
    return Request(kind, _FORM, urlencode({"payload": json.dumps(payload)}).encode())


def submission(who: str, view: Mapping[str, Any]) -> Request:
    """Return the submission of a form that is open in the sandbox."""
    return interaction("submit", who, type="view_submission", view=dict(view))


def event(kind: str, number: int, inner: Mapping[str, Any]) -> Request:
    """Return an event."""
    body = {
        "type": "event_callback",
        "team_id": _TEAM["id"],
        "api_app_id": "A0SANDBOX1",
        "event_id": f"Ev{number}",
        "event": dict(inner),
    }
    return Request(kind, "application/json", json.dumps(body).encode())


@dataclass(frozen=True)
class Answer:
    """An acknowledgement: `ms` from the request's first byte to the response's last."""

    kind: str
    status: int
    body: bytes
    ms: float


@dataclass
class Line:
    """A kept-alive connection."""

    port: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    used_at: float = field(default_factory=time.monotonic)

    @classmethod
    async def open(cls, port: int) -> "Line":
        """Connect."""
        return cls(port, *await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, request: Request) -> Answer:
        """Send a request and wait for its response."""
        content = request.signed(self.port)
        self.used_at = time.monotonic()
        began = time.perf_counter()
        self.writer.write(content)
        head = await self.reader.readuntil(b"\r\n\r\n")
        body = await self.reader.readexactly(_length(head))
        return Answer(request.kind, int(head.split(b" ", 2)[1]), body, (time.perf_counter() - began) * 1000)

    @property
    def is_fresh(self) -> bool:
        """Return True if the server can't have closed the connection yet."""
        return time.monotonic() - self.used_at < _KEPT

    async def close(self) -> None:
        """Close the connection."""
        self.writer.close()
        await self.writer.wait_closed()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0
