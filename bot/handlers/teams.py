"""Responses of teams that were asked for help."""

from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.handlers.kit.after_ack import Body
from bot.handlers.kit.conversation import Conversation, HandlerKit
from bot.handlers.kit.routes import Routes
from bot.services.overview.escalations import Escalations
from bot.services.teams.teams import MessagePlace, Teams
from bot.views.kit import ids
from bot.views.teams.team_messages import ALREADY, KNOWS

_CLOSED = ("privategroup", "directmessage")


@dataclass(frozen=True)
class TeamHandlers:
    """Handles teams' buttons."""

    kit: HandlerKit
    core: Core
    teams: Teams
    escalations: Escalations

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.action(ids.PRESS_TEAM, self.press_team)
        routes.action(ids.PRESS_TEAM_WRITTEN, self.press_written)

    async def press_team(self, ack: AsyncAck, body: Body) -> None:
        """Record that a team has responded, from its own channel, from the escalation's, or from a list or Home."""
        number, _, team = body["actions"][0]["value"].partition(":")
        channel, message = body.get("channel") or {}, body.get("message")
        place = MessagePlace(channel["id"], message["ts"]) if message else None
        # Slack does not name private channels in block_actions payloads. Who is on call was asked directly.
        is_open = channel.get("name") not in _CLOSED
        answered = partial(self.teams.answered, asked_at=place, is_open=is_open)
        person = body["user"]["id"]
        is_news = await self.core.run(answered, int(number), team, by=person)
        if not is_news:
            await self.core.run(self.escalations.reply, person, channel.get("id"), ALREADY)
        await ack()
        self.kit.redraw_copy(body, int(number))

    async def press_written(self, ack: AsyncAck, body: Body) -> None:
        """Record that somebody has written to a team that the bot can't reach."""
        number, _, team = body["actions"][0]["value"].partition(":")
        person = body["user"]["id"]
        is_news = await self.core.run(partial(self.teams.written, by=person), int(number), team)
        if not is_news:
            await self.core.run(self.escalations.reply, person, body["channel"]["id"], KNOWS)
        await ack()


def _listen(routes: Routes, kit: HandlerKit) -> None:
    TeamHandlers(kit, kit.core, kit.services.teams, kit.services.escalations).register(routes)


CONVERSATION = Conversation(_listen)
