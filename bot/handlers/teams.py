"""Answers of teams that were asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.database.transaction import Core
from bot.handlers.kit.conversation import Conversation, HandlerKit
from bot.services.teams.teams import MessagePlace, Teams
from bot.views.kit import ids

Body = Mapping[str, Any]


@dataclass(frozen=True)
class TeamHandlers:
    """The conversation with teams."""

    core: Core
    teams: Teams

    def register(self, app: AsyncApp) -> None:
        """Listen."""
        app.action(ids.PRESS_TEAM)(self.press_team)

    async def press_team(self, ack: AsyncAck, body: Body) -> None:
        """Note that a team has answered: pressed in its own channel, or in the escalation's."""
        number, _, team = body["actions"][0]["value"].partition(":")
        place = MessagePlace(body["channel"]["id"], body["message"]["ts"])
        # Slack names no private channel in what it tells of a press.
        answered = partial(self.teams.answered, asked_at=place, is_open=body["channel"].get("name") != "privategroup")
        await self.core.run(answered, int(number), team, by=body["user"]["id"])
        await ack()


def _listen(app: AsyncApp, kit: HandlerKit) -> None:
    TeamHandlers(kit.core, kit.services.teams).register(app)


CONVERSATION = Conversation(_listen)
