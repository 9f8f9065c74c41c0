"""People who join or leave an escalation's channel by Slack's own means."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.database.transaction import Core
from bot.handlers.kit.conversation import Conversation, HandlerKit
from bot.services.channel.memberships import Memberships
from bot.services.channel.whereabouts import Whereabouts


@dataclass(frozen=True)
class MembershipHandlers:
    """Handles joins and leaves."""

    core: Core
    memberships: Memberships
    whereabouts: Whereabouts

    def register(self, app: AsyncApp) -> None:
        """Register the listeners."""
        app.event("member_joined_channel")(self.follow)
        app.event("member_left_channel")(self.follow)

    async def follow(self, event: Mapping[str, Any], context: AsyncBoltContext) -> None:
        """Queue a check. Invitations by the bot are recorded already, and there are many of them."""
        person, by = event["user"], event.get("inviter")
        if person == context.bot_user_id and by is not None:
            await self.core.run(self.whereabouts.changed, event["channel"], by=by)
        elif context.bot_user_id not in (person, by):
            await self.core.run(self.memberships.changed, event["channel"], person, by=by)


def _listen(app: AsyncApp, kit: HandlerKit) -> None:
    MembershipHandlers(kit.core, kit.services.memberships, kit.services.whereabouts).register(app)


CONVERSATION = Conversation(_listen)
