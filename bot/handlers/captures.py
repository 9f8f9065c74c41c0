"""Additions to the timeline from the channel: with the pushpin, or with the shortcut on a message."""

from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from slack_bolt.context.async_context import AsyncBoltContext

from bot.database.transaction import Core
from bot.errors import Misread, NotAMember, NotFound, NotKnownYet
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit
from bot.handlers.kit.routes import Routes
from bot.services.card.captures import Captures
from bot.services.overview.escalations import Escalations
from bot.views.card import catch_up
from bot.views.declaring.said_messages import said
from bot.views.kit import ids

PUSHPIN = "pushpin"


@dataclass(frozen=True)
class CaptureHandlers:
    """Handles the reaction and the shortcut."""

    core: Core
    after_ack: AfterAck
    captures: Captures
    escalations: Escalations

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.event("reaction_added", self.pinned)
        routes.event("reaction_removed", self.unpinned)
        routes.shortcut(ids.SHORTCUT_CAPTURE, self.after_ack(self.capture))

    async def pinned(self, body: Body, context: AsyncBoltContext) -> None:
        """Queue a reading of the message. Who may not add to the timeline is told so, and only they see it."""
        event = body["event"]
        item, person = event["item"], event["user"]
        if event["reaction"] != PUSHPIN or item.get("type") != "message" or person == context.bot_user_id:
            return
        try:
            await self.core.run(partial(self.captures.ask, item["channel"], item["ts"]), by=person)
        except (NotAMember, NotFound, NotKnownYet) as error:
            await self.core.run(self.escalations.reply, person, item["channel"], str(error))

    async def unpinned(self, body: Body, _context: AsyncBoltContext) -> None:
        """Take the message off the timeline that is shown. Of somebody who may not any more, it stays."""
        event = body["event"]
        item = event["item"]
        if event["reaction"] != PUSHPIN or item.get("type") != "message":
            return
        with suppress(NotAMember, NotFound, NotKnownYet):
            await self.core.run(partial(self.captures.take_off, item["channel"], item["ts"]), by=event["user"])

    async def capture(self, body: Body) -> None:
        """Add the message of the shortcut to the timeline, and say so to the person alone."""
        channel, person = body["channel"]["id"], body["user"]["id"]
        found = said(channel, body["message"])
        if found is None:
            raise Misread("a message without a time")
        number = await self.core.run(partial(self.captures.add, found), by=person)
        await self.core.run(self.escalations.reply, person, channel, catch_up.captured(number))


def _listen(routes: Routes, kit: HandlerKit) -> None:
    services = kit.services
    CaptureHandlers(kit.core, kit.after_ack, services.captures, services.escalations).register(routes)


CONVERSATION = Conversation(_listen)
