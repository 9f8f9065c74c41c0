"""How Slack reaches us: by signed HTTP, or over sockets we open (`sockets`). Both end in the same dispatch."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import Response

_TIMESTAMP_DIGITS = 12
# What Python and Bolt raise where a body is not the JSON, or the form, that its kind promises.
UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)


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
    _is_open: bool = False

    def _is_signed(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Check a signature over the bytes as they came: nothing a stranger sends is read, whatever it looks like.

        The SDK's check is made for what Slack sends. It raises at a time that is no number, at letters beyond ASCII
        and at bytes that are no text, so these are refused before.
        """
        timestamp, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _TIMESTAMP_DIGITS):
            return False
        if not signature.isascii():
            return False
        try:
            return SignatureVerifier(self.signing_secret).is_valid(body, timestamp, signature)
        except UnicodeDecodeError:
            return False

    async def start(self) -> None:
        """Be ready for requests; whoever serves them calls `handle`."""
        self._is_open = True
        structlog.get_logger().info("waiting for Slack over HTTP")

    async def stop(self) -> None:
        """Stop answering."""
        self._is_open = False

    def problem(self) -> str | None:
        """Say why nothing would be heard now, if that is so."""
        return None if self._is_open else "not listening yet"

    async def handle(self, request: Request) -> Response:
        """Answer one request of Slack's; its signature is checked before anything else looks at it."""
        if not self._is_open:
            return Response("not ready", status_code=503)
        body = await request.body()
        if not self._is_signed(body, request.headers):
            return Response("not signed by Slack", status_code=401)
        try:
            asked = to_async_bolt_request(request, body)
        except UNREADABLE as error:
            structlog.get_logger().warning("request unreadable", error=type(error).__name__)
            return Response("not a request of Slack's", status_code=400)
        return to_starlette_response(await self.app.async_dispatch(asked))
