"""How Slack reaches us: over a socket we open, or by signed HTTP. Both end in the same dispatch."""

import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from starlette.requests import Request
from starlette.responses import Response

from bot.errors import BadInput

# Slack pings often; a socket that has been silent for so long is deaf, whatever it says of itself.
_DEAF_SECONDS = 90
# Slack's own advice: an older request may be somebody's recording of one.
_OLDEST_SECONDS = 300
_TIMESTAMP_DIGITS = 12
# What Slack says of a token that opens no socket, today or tomorrow.
_NEVER = frozenset(
    {"invalid_auth", "not_authed", "not_allowed_token_type", "account_inactive", "token_revoked", "token_expired"}
    | {"missing_scope", "access_denied", "no_permission", "forbidden_team"}
)


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
class SocketTransport:
    """Socket Mode: needs no address of ours."""

    app: AsyncApp
    app_token: str
    _handler: AsyncSocketModeHandler | None = None
    _heard_at: float = field(default_factory=time.monotonic)

    async def start(self) -> None:
        """Open the socket; raises BadInput when Slack does not let us in."""
        self._handler = AsyncSocketModeHandler(self.app, self.app_token)
        client: SocketModeClient = self._handler.client
        client.on_message_listeners.append(self._note)
        client.wss_uri = await _address(client)
        await self._handler.connect_async()  # type: ignore[no-untyped-call] # Bolt ships it untyped
        self._heard_at = time.monotonic()

    async def stop(self) -> None:
        """Close the socket."""
        if self._handler is not None:
            await self._handler.client.close()  # type: ignore[no-untyped-call] # the SDK ships it untyped

    def problem(self) -> str | None:
        """Say why nothing would be heard now, if that is so."""
        if self._handler is None or not _is_open(self._handler.client):
            return "the socket is not connected"
        pinged = self._handler.client.last_ping_pong_time or 0.0
        silent = min(time.monotonic() - self._heard_at, max(0.0, time.time() - pinged))
        return f"nothing heard on the socket for {silent:.0f} s" if silent > _DEAF_SECONDS else None

    async def _note(self, _message: Any) -> None:
        self._heard_at = time.monotonic()


async def _address(client: SocketModeClient) -> str | None:
    """Ask for a socket; None when Slack cannot say now, and BadInput for a token with which it never will.

    The SDK asks by itself where it has no address, and would go on for ever with such a token.
    """
    try:
        return await client.issue_new_wss_url()
    except SlackApiError as error:
        code = error.response.get("error")
        if code in _NEVER:
            raise BadInput([f"SLACK_APP_TOKEN: Slack opens no socket with it ({code})."]) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        structlog.get_logger().warning("no socket yet", error=str(error))
    return None


def _is_open(client: SocketModeClient) -> bool:
    session = client.current_session
    return session is not None and not session.closed and not client.closed


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
