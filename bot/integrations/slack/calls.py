"""One call of Slack's Web API: within the rates, timed and counted, with its errors turned into ours."""

import asyncio
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import metrics
from bot.errors import Ambiguous, OutsideError, Permanent, Temporary
from bot.integrations.slack.budget import Budget
from bot.ports.leases import require_lease

# Methods that read; Slack takes their arguments in the address.
_READS = frozenset(
    {"users.conversations", "conversations.history", "conversations.members", "users.info", "users.lookupByEmail"}
)
# Slack's own words: the operation may have succeeded in part.
_AMBIGUOUS = frozenset({"internal_error", "fatal_error", "request_timeout"})
_LATER = frozenset({"ratelimited", "rate_limited", "service_unavailable", "team_added_to_org", "accesslimited"})
# Nothing will succeed until somebody gives us a good token; what waits must not be thrown away meanwhile.
_TOKEN = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})
_TOKEN_DELAY = timedelta(minutes=1)
_TOO_MANY = 429
_SERVER_ERROR = 500


@dataclass(frozen=True)
class Calls:
    """Makes calls. Every method of the workspace goes through `call`."""

    client: AsyncWebClient
    budget: Budget

    async def call(
        self, method: str, *, channel: str | None = None, urgent: bool = False, **arguments: Any
    ) -> dict[str, Any]:
        """Call a method and return its answer; raises Permanent, Temporary or Ambiguous.

        `channel` names the channel to count a post against; it is also sent as the argument of that name. A call that
        would have to wait for more than a moment is not made: it raises Temporary with the time to come back.
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
            return await self._send(method, arguments)
        except OutsideError as error:
            outcome = error.code
            if isinstance(error, Temporary) and error.retry_after and error.code in _LATER:
                self.budget.hold(method, error.retry_after.total_seconds(), channel)
            raise
        finally:
            metrics.SLACK_CALLS.labels(method=method, outcome=outcome).inc()
            metrics.SLACK_SECONDS.labels(method=method).observe(time.perf_counter() - started)

    async def _send(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        try:
            if method in _READS:
                response = await self.client.api_call(method, http_verb="GET", params=arguments)
            else:
                # As JSON, blocks and metadata need no second encoding and booleans stay booleans.
                response = await self.client.api_call(method, json=arguments)
        except SlackApiError as error:
            raise _from_answer(method, error) from error
        except aiohttp.ClientConnectorError as error:
            raise Temporary(method, "no connection") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Ambiguous(method, "answer lost") from error
        data = response.data
        if not isinstance(data, dict):
            raise Ambiguous(method, "answer unreadable")
        return data


def _from_answer(method: str, error: SlackApiError) -> OutsideError:
    response = error.response
    status = getattr(response, "status_code", 200)
    code = str(response.get("error") or f"status {status}")
    retry_after = (getattr(response, "headers", None) or {}).get("Retry-After")
    if status == _TOO_MANY or code in _LATER:
        delay = timedelta(seconds=float(retry_after)) if retry_after else None
        return Temporary(method, code if code in _LATER else "ratelimited", delay)
    if code in _TOKEN:
        return Temporary(method, code, _TOKEN_DELAY)
    if code in _AMBIGUOUS or status >= _SERVER_ERROR:
        return Ambiguous(method, code)
    if code == "missing_scope":
        return Permanent(method, f"missing_scope {response.get('needed')}")
    return Permanent(method, code)
