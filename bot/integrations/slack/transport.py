"""How Slack reaches us: by signed HTTP, or over sockets we open (`sockets`). Both end in the same dispatch."""

import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from starlette.requests import Request
from starlette.responses import Response

# Slack's own advice: an older request may be somebody's recording of one.
_OLDEST_SECONDS = 300
_TIMESTAMP_DIGITS = 12


class Transport(Protocol):
    """A way for Slack to reach us."""

    async def start(self) -> None:
        """Begin to listen."""
        ...

    async def stop(self) -> None:
        """Stop listening."""
        ...

    def problem(self) -> str | None:
        """Say why nothing would be heard now, if that is so."""
        ...


@dataclass
class HttpTransport:
    """Signed HTTP: Slack calls the address the app's manifest names."""

    app: AsyncApp
    signing_secret: str
    _handler: AsyncSlackRequestHandler | None = None

    def _is_signed(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Check a signature over the bytes as they came: nothing a stranger sends is read, whatever it looks like."""
        timestamp, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _TIMESTAMP_DIGITS):
            return False
        if abs(time.time() - int(timestamp)) > _OLDEST_SECONDS:
            return False
        signed = hmac.new(self.signing_secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256)
        return hmac.compare_digest(f"v0={signed.hexdigest()}".encode(), signature.encode())

    async def start(self) -> None:
        """Be ready for requests; whoever serves them calls `handle`."""
        self._handler = AsyncSlackRequestHandler(self.app)
        structlog.get_logger().info("waiting for Slack over HTTP")

    async def stop(self) -> None:
        """Stop answering."""
        self._handler = None

    def problem(self) -> str | None:
        """Say why nothing would be heard now, if that is so."""
        return None if self._handler is not None else "not listening yet"

    async def handle(self, request: Request) -> Response:
        """Answer one request of Slack's; its signature is checked before anything else looks at it."""
        if self._handler is None:
            return Response("not ready", status_code=503)
        if not self._is_signed(await request.body(), request.headers):
            return Response("not signed by Slack", status_code=401)
        answer: Response = await self._handler.handle(request)
        return answer
