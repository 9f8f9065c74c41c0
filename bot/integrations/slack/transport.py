"""Transports: Slack reaches us by signed HTTP, or over sockets we open (`sockets`). Both use the same dispatch."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import Response
from yarl import URL

from bot.integrations.door import note_signed

_TIMESTAMP_DIGITS = 12
_FORM = "application/x-www-form-urlencoded"
# Errors of Python and Bolt for a body that is not the JSON or form its content type says.
UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)


class Transport(Protocol):
    """A way for Slack to reach us."""

    async def start(self) -> None:
        """Start receiving."""
        ...

    async def stop(self) -> None:
        """Stop receiving."""
        ...

    def problem(self) -> str | None:
        """Return why nothing can be received now, or None."""
        ...


@dataclass
class HttpTransport:
    """Signed HTTP: Slack calls the address in the app's manifest."""

    app: AsyncApp
    signing_secret: str
    _is_open: bool = False

    def _is_signed(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Return True if the signature over the raw bytes is valid. Nothing unsigned is parsed.

        The SDK's check assumes well-formed requests. It raises for a timestamp that is not a number, for non-ASCII
        headers and for bytes that are not text, so these are refused first.
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
        """Start; the HTTP server calls `handle` with requests."""
        self._is_open = True
        structlog.get_logger().info("waiting for Slack over HTTP")

    async def stop(self) -> None:
        """Stop responding."""
        self._is_open = False

    def problem(self) -> str | None:
        """Return why nothing can be received now, or None."""
        return None if self._is_open else "not listening yet"

    async def handle(self, request: Request) -> Response:
        """Respond to one request of Slack's; the signature is checked before anything else reads it."""
        if not self._is_open:
            return Response("not ready", status_code=503)
        body = await request.body()
        if not self._is_signed(body, request.headers):
            return Response("not signed by Slack", status_code=401)
        note_signed(request.scope)
        try:
            asked = to_async_bolt_request(request, _payload(body, request.headers))
        except UNREADABLE as error:
            structlog.get_logger().warning("request unreadable", error=type(error).__name__)
            return Response("not a request of Slack's", status_code=400)
        return to_starlette_response(await self.app.async_dispatch(asked))


def _payload(body: bytes, headers: Mapping[str, str]) -> bytes:
    """Return the JSON of an interaction, which Slack sends as a field of a form; any other body as it is.

    Bolt would decode the form in Python, which takes longer than everything else about a large view. Raises ValueError
    if the field holds no JSON object.
    """
    if not body.startswith(b"payload=") or not headers.get("content-type", "").startswith(_FORM):
        return body
    payload = URL.build(query_string=body.decode(), encoded=True).query["payload"]
    if not payload.startswith("{"):
        raise ValueError("the payload is no JSON object")
    return payload.encode()
