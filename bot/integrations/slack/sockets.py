"""Socket Mode over two connections, so that a cut one loses nobody's click.

Slack sends each payload to one of an app's connections. It recycles each about hourly, after a notice: the next is then
opened before the old one goes, and never both in the same moment. One that breaks off is replaced at once, and the
other hears everything meanwhile.
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
# Slack pings often; a socket that has been silent for so long is deaf, whatever it says of itself.
_DEAF_SECONDS = 90
_PING_SECONDS = 5
_OPENING_SECONDS = 10
# How often a connection is looked at that Slack has said nothing about.
_LOOK_SECONDS = 0.25
# Slack delivers over an old connection for some seconds after the notice, and wants its answers over it.
_GRACE_SECONDS = 15
_CLOSING_SECONDS = 2
_FIRST_DELAY_SECONDS = 0.25
_LONGEST_DELAY_SECONDS = 20.0
_JITTER = (0.5, 1.0)
# What Slack says of a token that opens no socket, today or tomorrow.
_NEVER = frozenset(
    {"invalid_auth", "not_authed", "not_allowed_token_type", "account_inactive", "token_revoked", "token_expired"}
    | {"missing_scope", "access_denied", "no_permission", "forbidden_team"}
)


class _Client(SocketModeClient):
    """The SDK's client, which leaves it to us to open the next connection: it would close its own first."""

    def __init__(self, app: AsyncApp, app_token: str) -> None:
        super().__init__(app_token, logger=app.logger, web_client=app.client, ping_interval=_PING_SECONDS)
        self.worn_out = asyncio.Event()
        self.heard = asyncio.Event()
        self.heard_at = time.monotonic()
        self.on_message_listeners.append(self._note)

    async def process_message(self) -> None:
        """Take the next message; one that is no JSON is dropped."""
        try:
            await super().process_message()  # type: ignore[no-untyped-call] # the SDK ships it untyped
        except UNREADABLE as error:
            structlog.get_logger().warning("socket message unreadable", error=type(error).__name__)

    async def run_message_listeners(self, message: dict[str, Any], raw_message: str) -> None:
        """Hand a message on; a payload that is no object is none of Slack's, and is dropped."""
        if isinstance(message.get("payload", {}), dict):
            await super().run_message_listeners(message, raw_message)
        else:
            structlog.get_logger().warning("socket message unreadable", error="the payload is no object")

    async def connect_to_new_endpoint(self, force: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - the SDK's own
        """Say that a new connection is wanted: Slack gave notice, or this one is broken."""
        self.worn_out.set()

    def is_open(self) -> bool:
        """Tell whether something could be heard over it."""
        session = self.current_session
        return session is not None and not session.closed and not self.closed and not self.stale

    def silent(self) -> float:
        """Return for how many seconds nothing has been heard, a pong included."""
        since_pong = max(0.0, time.time() - (self.last_ping_pong_time or 0.0))
        return min(time.monotonic() - self.heard_at, since_pong)

    async def _note(self, _message: Any) -> None:
        self.heard_at = time.monotonic()
        self.heard.set()


@dataclass
class SocketTransport:
    """Socket Mode: needs no address of ours."""

    app: AsyncApp
    app_token: str
    _open: dict[int, _Client] = field(default_factory=dict)
    _keepers: list[asyncio.Task[None]] = field(default_factory=list)
    _leaving: dict[asyncio.Task[None], _Client] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def start(self) -> None:
        """Open the connections, and keep them open; raise BadInput when Slack does not let us in.

        Slack being out of reach is no reason not to start: it is asked again until it answers.
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
        """Say why nothing would be heard now, if that is so."""
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
        """Open a connection, trying until it stands. One at a time, so that they are never renewed together."""
        delay = _FIRST_DELAY_SECONDS
        while True:
            try:
                async with self._turn:
                    return await self._connect()
            except (BadInput, _NoSocketError) as error:
                structlog.get_logger().warning("no socket yet", place=place, error=str(error))
            await asyncio.sleep(delay * random.uniform(*_JITTER))  # noqa: S311 - no secret hangs on it
            delay = min(_LONGEST_DELAY_SECONDS, delay * 2)

    async def _connect(self) -> _Client:
        """Open one connection and wait until Slack greets. Raise BadInput for a token with which it never will."""
        client = _Client(self.app, self.app_token)
        client.socket_mode_request_listeners.append(self._answer)
        try:
            client.wss_uri = await client.issue_new_wss_url()  # it sits out a Retry-After by itself
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
            # Whatever it is, an answer that is not Slack's included: the next attempt may go better.
            raise _NoSocketError(str(error) or type(error).__name__) from error
        return client

    async def _answer(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Answer one request. What cannot be read is dropped, and the connection goes on."""
        began = time.time()
        try:
            response = await run_async_bolt_app(self.app, request)
        except UNREADABLE as error:
            structlog.get_logger().warning("socket message unreadable", error=type(error).__name__)
            return
        try:
            await send_async_response(client, request, response, began)
        except (aiohttp.ClientError, OSError, SlackClientError, AttributeError) as error:
            # The SDK has no session left, or it broke off. Slack sends events again, and people see that they
            # have to press once more.
            structlog.get_logger().warning("answer not sent", error=repr(error))


class _NoSocketError(Exception):
    """Raised when no connection could be opened now."""


async def _until_worn_out(client: _Client) -> None:
    """Wait until Slack gives notice of a connection's end, or it is found broken."""
    while client.is_open():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_SECONDS):
                await client.worn_out.wait()
                return


async def _leave(client: _Client) -> None:
    """Close an old connection when Slack has, or when nothing more can come over it."""
    try:
        async with asyncio.timeout(_GRACE_SECONDS):
            while client.is_open():  # noqa: ASYNC110 - the SDK tells nobody that a session was closed
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError:
        pass
    finally:
        await _close(client)


async def _close(client: _Client) -> None:
    """Close a client; one whose other side does not answer is left behind."""
    try:
        async with asyncio.timeout(_CLOSING_SECONDS):
            await client.close()  # type: ignore[no-untyped-call] # the SDK ships it untyped
    except (aiohttp.ClientError, OSError, TimeoutError):
        for task in (client.message_processor, client.current_session_monitor, client.message_receiver):
            if task is not None:
                task.cancel()
        await client.aiohttp_client_session.close()
