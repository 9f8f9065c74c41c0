"""Changes made by hand to channels, their members and cards, and the buttons that repair them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.database.transaction import Core
from bot.handlers.kit.after_ack import Body, acknowledge
from bot.handlers.kit.conversation import Conversation, HandlerKit
from bot.handlers.kit.routes import Routes
from bot.ports.workspace import Workspace
from bot.services.card.captures import Captures
from bot.services.channel.channel_troubles import ChannelTroubles
from bot.services.channel.memberships import Memberships
from bot.services.overview.escalations import Escalations
from bot.services.teams.teams import Teams
from bot.services.training.drills import Drills
from bot.views.channel import channel_messages
from bot.views.declaring.said_messages import said
from bot.views.kit import ids
from bot.views.kit.files import files

Event = Mapping[str, Any]

CHANGES = (
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "channel_rename",
    "channel_shared",
    "channel_unarchive",
    "channel_unshared",
    "group_archive",
    "group_deleted",
    "group_left",
    "group_rename",
    "group_unarchive",
)
_CONVERTED = frozenset({"channel_convert_to_private", "channel_convert_to_public"})
_WRITTEN = frozenset({None, "file_share", "thread_broadcast"})
_IN_CHANNELS = frozenset({"channel", "group"})


@dataclass(frozen=True)
class ChannelHandlers:
    """Handles events of channels and cards changed by hand."""

    core: Core
    workspace: Workspace
    escalations: Escalations
    channel_troubles: ChannelTroubles
    captures: Captures
    drills: Drills
    teams: Teams

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        for change in CHANGES:
            routes.event(change, self.channel_changed)
        routes.event("message", self.message_changed)
        routes.action(ids.PRESS_NEW_CHANNEL, self.press_new_channel)
        routes.action(ids.PRESS_POST_CARD, self.press_post_card)
        routes.action(ids.OPEN_LINK, acknowledge)

    async def channel_changed(self, body: Body, context: AsyncBoltContext) -> None:
        """Queue a check of the channel; changes made by the bot itself are ignored."""
        event: Event = body["event"]
        channel, by = event["channel"], event.get("user") or event.get("actor_id")
        if by != context.bot_user_id:
            name = channel["id"] if isinstance(channel, Mapping) else channel
            self.workspace.forget_channel(name)
            await self.core.run(self.channel_troubles.changed, name, by=by)

    async def message_changed(self, body: Body, _context: AsyncBoltContext) -> None:
        """Record a deleted card, a converted channel, files, a team's answer, and what became of captured messages.

        Direct messages are ignored.
        """
        event: Event = body["event"]
        if event.get("channel_type") not in _IN_CHANNELS:
            return
        if event.get("subtype") == "message_deleted":
            await self.core.run(self.channel_troubles.deleted, event["channel"], event["deleted_ts"])
            await self.core.run(self.captures.deleted, event["channel"], event["deleted_ts"])
        elif event.get("subtype") == "message_changed":
            await self._edited(event)
        elif event.get("files") or event.get("subtype") in _WRITTEN:
            await self._wrote(event)
        elif event.get("subtype") in _CONVERTED:
            await self.core.run(self.channel_troubles.changed, event["channel"], by=event.get("user"))

    async def _wrote(self, event: Event) -> None:
        """Record files, a step of somebody's drill, or the answer of their team."""
        channel, person = event["channel"], None if "bot_id" in event else event.get("user")
        if event.get("files"):
            found = said(channel, event)
            if found is not None:
                await self.core.run(self.captures.shared, found, files(event))
        elif event["channel_type"] == "group" and person is not None:
            await self.core.run(self.drills.said, channel, person, event["ts"], event.get("text") or "")
        if person is not None:
            await self.core.run_in_background(self.teams.wrote, channel, person, event.get("thread_ts"))

    async def _edited(self, event: Event) -> None:
        """Follow an edit of a captured message. Slack tells an unfurled link as an edit too."""
        found = said(event["channel"], event.get("message") or {})
        if found is not None:
            await self.core.run(self.captures.edited, found.channel, found.ts, found.text)

    async def press_new_channel(self, ack: AsyncAck, body: Body) -> None:
        """Open a new channel in place of a lost one, and reply to the person."""
        person = body["user"]["id"]
        facts = await self.core.run(self.channel_troubles.replace, int(body["actions"][0]["value"]), by=person)
        await self._answer(body, channel_messages.replaced(facts))
        await ack()

    async def press_post_card(self, ack: AsyncAck, body: Body) -> None:
        """Post a deleted card again, and reply to the person."""
        person = body["user"]["id"]
        facts = await self.core.run(self.channel_troubles.post_card, int(body["actions"][0]["value"]), by=person)
        await self._answer(body, channel_messages.card_again(facts))
        await ack()

    async def _answer(self, body: Body, words: str) -> None:
        channel = (body.get("channel") or {}).get("id")
        await self.core.run(self.escalations.reply, body["user"]["id"], channel, words)


@dataclass(frozen=True)
class MembershipHandlers:
    """Handles joins and leaves."""

    core: Core
    memberships: Memberships
    channel_troubles: ChannelTroubles

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.event("member_joined_channel", self.follow)
        routes.event("member_left_channel", self.follow)

    async def follow(self, body: Body, context: AsyncBoltContext) -> None:
        """Queue a check. Invitations by the bot are recorded already, and there are many of them."""
        event: Event = body["event"]
        person, by = event["user"], event.get("inviter")
        if person == context.bot_user_id and by is not None:
            await self.core.run(self.channel_troubles.changed, event["channel"], by=by)
        elif context.bot_user_id not in (person, by):
            await self.core.run(self.memberships.changed, event["channel"], person, by=by)


def _listen(routes: Routes, kit: HandlerKit) -> None:
    services = kit.services
    ChannelHandlers(
        kit.core,
        kit.workspace,
        services.escalations,
        services.channel_troubles,
        services.captures,
        services.drills,
        services.teams,
    ).register(routes)
    MembershipHandlers(kit.core, services.memberships, services.channel_troubles).register(routes)


CONVERSATION = Conversation(_listen)
