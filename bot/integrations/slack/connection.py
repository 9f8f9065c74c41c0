"""The connection to Slack: the shared HTTP session, the client of the Web API, and the transport of requests."""

import aiohttp
from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.integrations.leased_requests import LeasedRequest
from bot.integrations.slack.sockets import SocketTransport
from bot.integrations.slack.transport import HttpTransport, Transport

_CALL_SECONDS = 10
_CONNECTIONS = 40


def open_session() -> aiohttp.ClientSession:
    """Open a pool of connections."""
    connector = aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=60)
    timeout = aiohttp.ClientTimeout(total=_CALL_SECONDS)
    return aiohttp.ClientSession(timeout=timeout, connector=connector, request_class=LeasedRequest)


def build_client(token: SecretStr | None, url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """Build the client of the Web API at an address."""
    # The SDK's own retries repeat what may have happened: ours ask first.
    return AsyncWebClient(
        token=token.get_secret_value() if token else "",
        base_url=url.rstrip("/") + "/",
        session=session,
        retry_handlers=[],
        timeout=_CALL_SECONDS,
    )


def build_transport(bolt: AsyncApp, app_token: SecretStr | None, signing_secret: SecretStr | None) -> Transport:
    """Build the transport: sockets with an app-level token, else signed HTTP."""
    if app_token is not None:
        return SocketTransport(bolt, app_token.get_secret_value())
    return HttpTransport(bolt, signing_secret.get_secret_value() if signing_secret else "")
