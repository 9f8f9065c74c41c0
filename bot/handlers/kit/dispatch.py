"""The entry point: every request from Slack, over either transport, passes here and is answered in time."""

import asyncio
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import structlog
from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot import metrics
from bot.database.submissions import answering
from bot.database.transaction import concerning
from bot.errors import Misread, Unavailable
from bot.handlers.kit import elsewhere, payloads
from bot.handlers.kit.errors import ErrorResponder
from bot.policy import characters

# Slack waits three seconds, including the network.
PATIENCE_SECONDS = 2.5
_NOT_FOUND = 404
# Kinds of request where a person waits for the response.
_ASKED = frozenset({"block_actions", "view_submission", "block_suggestion", "shortcut", "message_action"})


class Dispatch(AsyncApp):
    """Bolt's app with checks around it.

    The payload's shape, form submissions once, a response within Slack's time limit.
    """

    answers: ErrorResponder | None = None

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Respond to one request. Raises nothing, and never waits longer than Slack does."""
        try:
            wrong = payloads.problem(req.body)
            readable = characters.readable(req.body)
        except RecursionError:
            wrong, readable = "it is nested too deeply", {}
        if wrong is not None:
            structlog.get_logger().warning("request refused", problem=wrong)
            return BoltResponse(status=400, body="not a request of Slack's")
        # Bolt reads into some fields that are there, whatever is in them.
        req.body = {name: value for name, value in readable.items() if value is not None}
        concerning.set(payloads.subject(req.body))
        elsewhere.enter(req.body)
        kind = req.body.get("type") or ("slash_command" if "command" in req.body else "other")
        # Bolt's own middleware ends before the listener starts, so the time is measured around everything.
        is_asked = kind in _ASKED or kind == "slash_command"
        first = self.answers.core.acknowledging() if is_asked and self.answers is not None else nullcontext()
        with metrics.ACK_SECONDS.labels(kind=kind if is_asked else "other").time(), first:
            return await self._answered(req)

    async def _answered(self, req: AsyncBoltRequest) -> BoltResponse:
        body: Mapping[str, Any] = req.body
        is_form = body.get("type") == "view_submission"
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                with answering(body["view"]) if is_form else nullcontext():
                    response = await super().async_dispatch(req)
        except TimeoutError:
            structlog.get_logger().warning("no answer in time", kind=body.get("type"))
            return await self._told(Unavailable(), body)
        except Exception as error:  # noqa: BLE001 - what Bolt itself makes nothing of, before any listener
            return await self._told(error, body)
        if response.status == _NOT_FOUND:
            # A control of an earlier version that nobody listens for any more, or an event we don't need.
            if body.get("type") in _ASKED or "command" in body:
                return await self._told(Misread("nobody listens for it"), body)
            return BoltResponse(status=200, body="")
        if is_form and response.body and isinstance(response.body, str):
            response.body = elsewhere.stamped_answer(response.body)
        return response

    async def _told(self, error: Exception, body: Mapping[str, Any]) -> BoltResponse:
        if self.answers is None:
            return BoltResponse(status=503, body="")
        return await self.answers.handle(error, body)


def build_bolt(client: AsyncWebClient, authorization: AuthorizeResult, signing_secret: SecretStr | None) -> Dispatch:
    """Build Bolt, which asks Slack nothing: who we are is known, and the transport has verified the request."""

    async def authorize(**_arguments: Any) -> AuthorizeResult:
        return authorization

    return Dispatch(
        name="escalate",  # otherwise Bolt reads the source files of all callers to find one
        signing_secret=signing_secret.get_secret_value() if signing_secret else None,
        client=AsyncWebClient(base_url=client.base_url),  # without a token: it only opens the socket
        authorize=authorize,
        process_before_response=True,
        # Slack names us as the author of a deleted card: who deleted it is somebody else.
        ignoring_self_events_enabled=False,
        request_verification_enabled=False,  # the transport has done it
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
