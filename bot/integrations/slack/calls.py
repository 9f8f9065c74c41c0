"""One Web API call: within the rate limits, timed and counted, with its errors converted to ours."""

import asyncio
import io
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot import metrics
from bot.errors import Ambiguous, OutsideError, Permanent, Temporary
from bot.integrations.slack import verdicts
from bot.integrations.slack.budget import Budget
from bot.integrations.slack.reach import SlackReach
from bot.ports.leases import require_lease

# Methods that read; Slack takes their arguments in the query string.
_READS = frozenset(
    {
        "users.conversations",
        "conversations.history",
        "conversations.info",
        "conversations.members",
        "conversations.replies",
        "files.info",
        "files.list",
        "usergroups.list",
        "usergroups.users.list",
        "users.info",
        "users.lookupByEmail",
    }
)
# Methods that take no JSON.
_FORMS = frozenset({"files.getUploadURLExternal"})
_FINE = 200
_RESPONSE_URL = "response_url"
_UPLOAD = "upload_url"
_FILE = "url_private"
_SLACK = ".slack.com"


@dataclass(frozen=True)
class Calls:
    """Makes calls. Every method of the workspace goes through `call`."""

    client: AsyncWebClient
    budget: Budget
    reach: SlackReach | None = None

    async def call(
        self, method: str, *, channel: str | None = None, urgent: bool = False, **arguments: Any
    ) -> dict[str, Any]:
        """Call a method and return its response; raises Permanent, Temporary or Ambiguous.

        `channel` is the channel to count a post against; it is also sent as the argument of that name. If the call
        would have to wait for more than a moment, it is not made: Temporary is raised with the time to wait.
        """
        wait = self.budget.take(method, channel, urgent=urgent)
        if wait:
            await asyncio.sleep(wait)
        if channel is not None:
            arguments["channel"] = channel
        require_lease()
        started = time.perf_counter()
        outcome = "ok"
        try:
            answer = await self._send(method, arguments)
        except OutsideError as error:
            outcome = error.code
            if self.reach is not None:
                self.reach.note(error)
            if isinstance(error, Temporary) and error.retry_after and error.code in verdicts.TOO_OFTEN:
                self.budget.hold(method, error.retry_after.total_seconds(), channel)
            raise
        else:
            if self.reach is not None:
                self.reach.note(None)
            return answer
        finally:
            metrics.SLACK_CALLS.labels(method=method, outcome=outcome).inc()
            metrics.SLACK_SECONDS.labels(method=method).observe(time.perf_counter() - started)

    async def respond(self, address: str, answer: Mapping[str, Any]) -> None:
        """Post a response to a request's `response_url`; raises Temporary or Ambiguous."""
        hook = AsyncWebhookClient(address, session=self.client.session, timeout=self.client.timeout)
        try:
            response = await hook.send_dict(dict(answer))
        except aiohttp.ClientConnectorError as error:
            raise Temporary(_RESPONSE_URL, "no connection") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Ambiguous(_RESPONSE_URL, "answer lost") from error
        if response.status_code != _FINE:
            raise Ambiguous(_RESPONSE_URL, f"status {response.status_code}")

    async def upload(self, address: str, content: bytes) -> None:
        """Post the content of a file to the address that Slack gave for it; raises Temporary or Ambiguous.

        Nothing is shared before the upload is completed, so it may be repeated.
        """
        require_lease()
        session = self.client.session or aiohttp.ClientSession()
        try:
            timeout = aiohttp.ClientTimeout(total=self.client.timeout)
            async with session.post(address, data=io.BytesIO(content), timeout=timeout) as response:
                status = response.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Temporary(_UPLOAD, "no connection") from error
        finally:
            if self.client.session is None:
                await session.close()
        if status != _FINE:
            raise Temporary(_UPLOAD, f"status {status}")

    async def download(self, address: str, most: int) -> bytes:
        """Return a file's content with the bot's token, which only Slack's own hosts get.

        Raises Permanent if Slack refuses it or it has more than `most` bytes, else Temporary.
        """
        require_lease()
        if not _is_slacks(address, self.client.base_url):
            raise Permanent(_FILE, "not at Slack")
        session = self.client.session or aiohttp.ClientSession()
        headers = {"Authorization": f"Bearer {self.client.token}"}
        timeout = aiohttp.ClientTimeout(total=self.client.timeout)
        try:
            # Slack answers who may not read a file by leading them to where one logs in.
            async with session.get(address, headers=headers, timeout=timeout, allow_redirects=False) as response:
                status, content = response.status, await response.content.read(most + 1)
                while len(content) <= most and (more := await response.content.read(most + 1)):
                    content += more
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Temporary(_FILE, "no connection") from error
        finally:
            if self.client.session is None:
                await session.close()
        if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Temporary(_FILE, f"status {status}")
        if status != _FINE or len(content) > most:
            raise Permanent(_FILE, "too large" if status == _FINE else f"status {status}")
        return content

    async def _send(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        try:
            if method in _READS:
                response = await self.client.api_call(method, http_verb="GET", params=arguments)
            elif method in _FORMS:
                response = await self.client.api_call(method, params=arguments)
            else:
                # Sent as JSON, blocks and metadata need no second encoding and booleans stay booleans.
                response = await self.client.api_call(method, json=arguments)
        except SlackApiError as error:
            raise self._refused(method, error.response) from error
        except aiohttp.ClientConnectorError as error:
            raise Temporary(method, "no connection") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Ambiguous(method, "answer lost") from error
        except (AttributeError, ValueError) as error:
            # The SDK assumes that a response is an object or text; this one is neither.
            raise Ambiguous(method, verdicts.NOT_SLACK) from error
        if not verdicts.is_good(response.status_code, response.data):
            raise self._refused(method, response)
        return response.data  # type: ignore[return-value] # it is an object: that was just looked at

    def _refused(self, method: str, response: object) -> OutsideError:
        """Return the error for a response. If the SDK could not parse it, `response` is the one from aiohttp."""
        status: Any = getattr(response, "status_code", None) or getattr(response, "status", HTTPStatus.OK)
        headers: Mapping[str, str] = getattr(response, "headers", None) or {}
        now = datetime.fromtimestamp(self.budget.now(), UTC)
        return verdicts.of(method, status, headers, getattr(response, "data", None), now=now)


def _is_slacks(address: str, api_url: str) -> bool:
    """Return True if a file is served by Slack, or by what stands for it: the address of its API."""
    asked, api = urlsplit(address), urlsplit(api_url)
    is_slack = asked.scheme == "https" and (asked.hostname or "").endswith(_SLACK)
    return is_slack or (asked.scheme, asked.netloc) == (api.scheme, api.netloc)


def part(method: str, answer: Mapping[str, Any], *path: str) -> Any:
    """Return a value inside a response. Raises Ambiguous if it is missing: then Slack did not send it."""
    found: Any = answer
    for name in path:
        if not isinstance(found, Mapping) or name not in found:
            raise Ambiguous(method, verdicts.NOT_SLACK)
        found = found[name]
    return found
