"""Socket Mode over two connections, so that no click is lost when one breaks.

Slack sends each payload to one of an app's connections. It recycles each about hourly, after a notice: the next one is
opened before the old one is closed, and never both connections at once. A broken connection is replaced immediately;
the other receives everything meanwhile.
"""

import asyncio
import contextlib
import random
import time
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.errors import BadInput
from bot.integrations.slack.transport import UNREADABLE

_CONNECTIONS: Final = 2
# Slack pings often; a socket that has been silent for this long is dead, whatever its state.
_DEAF_SECONDS = 90
_PING_SECONDS = 5
_OPENING_SECONDS = 10
# How often a connection is checked without a notice from Slack.
_LOOK_SECONDS = 0.25
# Slack delivers over an old connection for some seconds after the notice, and expects the responses on it.
_GRACE_SECONDS = 15
_CLOSING_SECONDS = 2
_FIRST_DELAY_SECONDS = 0.25
_LONGEST_DELAY_SECONDS = 20.0
_JITTER = (0.5, 1.0)
# Slack's error codes for a token that will never open a socket.
_NEVER = frozenset(
    {"invalid_auth", "not_authed", "not_allowed_token_type", "account_inactive", "token_revoked", "token_expired"}
    | {"missing_scope", "access_denied", "no_permission", "forbidden_team"}
)


class _Client(SocketModeClient):
    """The SDK's client, without its own reconnecting: it would close the old connection first."""

    def __init__(self, app: AsyncApp, app_token: str) -> None:
        super().__init__(app_token, logger=app.logger, web_client=app.client, ping_interval=_PING_SECONDS)
        self.worn_out = asyncio.Event()
        self.heard = asyncio.Event()
        self.heard_at = time.monotonic()
        self.on_message_listeners.append(self._note)

    async def process_message(self) -> None:
        """Process the next message; drop one that is not JSON."""
        try:
            await super().process_message()  # type: ignore[no-untyped-call] # the SDK ships it untyped
        except UNREADABLE as error:
            structlog.get_logger().warning("socket message unreadable", error=type(error).__name__)

    async def run_message_listeners(self, message: dict[str, Any], raw_message: str) -> None:
        """Pass a message on; drop one whose payload is not an object, which Slack never sends."""
        if isinstance(message.get("payload", {}), dict):
            await super().run_message_listeners(message, raw_message)
        else:
            structlog.get_logger().warning("socket message unreadable", error="the payload is no object")

    async def connect_to_new_endpoint(self, force: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - the SDK's own
        """Request a new connection: Slack gave notice, or this one is broken."""
        self.worn_out.set()

    def is_open(self) -> bool:
        """Return True if the connection can receive."""
        session = self.current_session
        return session is not None and not session.closed and not self.closed and not self.stale

    def silent(self) -> float:
        """Return the seconds since anything was received, a pong included."""
        since_pong = max(0.0, time.time() - (self.last_ping_pong_time or 0.0))
        return min(time.monotonic() - self.heard_at, since_pong)

    async def _note(self, _message: Any) -> None:
        self.heard_at = time.monotonic()
        self.heard.set()


@dataclass
class SocketTransport:
    """Socket Mode: needs no public address."""

    app: AsyncApp
    app_token: str
    _open: dict[int, _Client] = field(default_factory=dict)
    _keepers: list[asyncio.Task[None]] = field(default_factory=list)
    _leaving: dict[asyncio.Task[None], _Client] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def start(self) -> None:
        """Open the connections and keep them open; raise BadInput if Slack rejects the token.

        If Slack can't be reached this keeps trying until it responds.
        """
        with contextlib.suppress(_NoSocketError):
            self._open[0] = await self._connect()
        self._keepers = [
            asyncio.create_task(self._keep(place), name=f"socket {place}") for place in range(_CONNECTIONS)
        ]

    async def stop(self) -> None:
        """Close the connections."""
        for task in (*self._keepers, *self._leaving):
            task.cancel()
        clients = {*self._open.values(), *self._leaving.values()}
        await asyncio.gather(*self._keepers, *self._leaving, return_exceptions=True)
        await asyncio.gather(*(_close(client) for client in clients))
        self._open.clear()

    def problem(self) -> str | None:
        """Return why nothing can be received now, or None."""
        hearing = [client for client in self._open.values() if client.is_open()]
        if not hearing:
            return "the socket is not connected"
        silent = min(client.silent() for client in hearing)
        return f"nothing heard on the socket for {silent:.0f} s" if silent > _DEAF_SECONDS else None

    async def _keep(self, place: int) -> None:
        """Keep one connection open until stopped."""
        while True:
            client = self._open.get(place)
            if client is not None:
                await _until_worn_out(client)
            fresh = await self._connect_again(place)
            self._open[place] = fresh
            if client is not None:
                leaving = asyncio.create_task(_leave(client), name=f"old socket {place}")
                self._leaving[leaving] = client
                leaving.add_done_callback(self._leaving.pop)

    async def _connect_again(self, place: int) -> _Client:
        """Open a connection, retrying until it succeeds.

        One at a time, so that the connections don't expire together.
        """
        delay = _FIRST_DELAY_SECONDS
        while True:
            try:
                async with self._turn:
                    return await self._connect()
            except (BadInput, _NoSocketError) as error:
                structlog.get_logger().warning("socket not opened", place=place, error=str(error))
            await asyncio.sleep(delay * random.uniform(*_JITTER))  # noqa: S311 - not for secrets
            delay = min(_LONGEST_DELAY_SECONDS, delay * 2)

    async def _connect(self) -> _Client:
        """Open one connection and wait for Slack's hello. Raise BadInput for a token that can never get one."""
        client = _Client(self.app, self.app_token)
        client.socket_mode_request_listeners.append(self._answer)
        try:
            client.wss_uri = await client.issue_new_wss_url()  # waits out a Retry-After itself
            async with asyncio.timeout(_OPENING_SECONDS):
                await client.connect()  # type: ignore[no-untyped-call] # the SDK ships it untyped
                await client.heard.wait()
        except BaseException as error:
            await _close(client)
            if not isinstance(error, Exception):
                raise
            code = error.response.get("error") if isinstance(error, SlackApiError) else None
            if code in _NEVER:
                raise BadInput([f"SLACK_APP_TOKEN: Slack opens no socket with it ({code})."]) from error
            # Any error, even a response that is not Slack's: the next attempt may succeed.
            raise _NoSocketError(str(error) or type(error).__name__) from error
        return client

    async def _answer(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Respond to one request. If it can't be parsed, drop it and keep the connection."""
        began = time.time()
        try:
            response = await run_async_bolt_app(self.app, request)
        except UNREADABLE as error:
            structlog.get_logger().warning("socket message unreadable", error=type(error).__name__)
            return
        try:
            await send_async_response(client, request, response, began)
        except (aiohttp.ClientError, OSError, SlackClientError, AttributeError) as error:
            # The SDK's session is closed or broke. Slack resends events, and people notice that they have to press
            # again.
            structlog.get_logger().warning("response not sent", error=repr(error))


class _NoSocketError(Exception):
    """Raised if no connection could be opened now."""


async def _until_worn_out(client: _Client) -> None:
    """Wait until Slack gives notice of closing the connection, or it is found broken."""
    while client.is_open():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_SECONDS):
                await client.worn_out.wait()
                return


async def _leave(client: _Client) -> None:
    """Close an old connection once Slack has closed it or nothing more can arrive on it."""
    try:
        async with asyncio.timeout(_GRACE_SECONDS):
            while client.is_open():  # noqa: ASYNC110 - the SDK has no event for a closed session
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError:
        pass
    finally:
        await _close(client)


async def _close(client: _Client) -> None:
    """Close a client; abandon it if the other side does not respond."""
    try:
        async with asyncio.timeout(_CLOSING_SECONDS):
            await client.close()  # type: ignore[no-untyped-call] # the SDK ships it untyped
    except (aiohttp.ClientError, OSError, TimeoutError):
        for task in (client.message_processor, client.current_session_monitor, client.message_receiver):
            if task is not None:
                task.cancel()
        await client.aiohttp_client_session.close()
