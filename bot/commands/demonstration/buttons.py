"""The buttons of "Try this": what they do is done as if the person had typed the command."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.commands.demonstration.welcome import FORWARD, TYPE

Json = dict[str, Any]
_ACKNOWLEDGED = 200


@dataclass(frozen=True)
class Buttons:
    """Answers the buttons. `forward` lets so many seconds pass."""

    app: AsyncApp
    command: str
    forward: Callable[[float], Awaitable[None]]
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    def listen(self) -> None:
        """Take the presses before the bot's own listeners, which know nothing of them."""
        self.app.use(self._middleware)

    async def _middleware(self, body: Json, next_: Callable[[], Awaitable[BoltResponse]]) -> BoltResponse | None:
        action = (body.get("actions") or [{}])[0]
        action_id = action.get("action_id")
        if action_id == TYPE:
            self._start(self._type(body, action["value"]))
        elif action_id == FORWARD:
            self._start(self.forward(float(action["value"])))
        else:
            return await next_()
        return BoltResponse(status=_ACKNOWLEDGED, body="")

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _type(self, body: Json, text: str) -> None:
        typed = {
            "command": self.command,
            "text": text,
            "user_id": body["user"]["id"],
            "channel_id": body["channel"]["id"],
            "trigger_id": body["trigger_id"],
            "response_url": body["response_url"],
            "team_id": body["team"]["id"],
        }
        answer = await self.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=typed))
        if answer.body:
            said = {"replace_original": False, **json.loads(answer.body)}
            await AsyncWebhookClient(body["response_url"]).send_dict(said)
