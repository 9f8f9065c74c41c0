"""What the workspace's rates leave room for, by kind of effect: a claim takes no more than can be called now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from bot.models.work import EffectKind
from bot.ports.rates import Rates

# The call with which a kind begins. Kinds that are missing are never held back at the claim: a page and a breach are
# urgent, some may edit or post, and some make no call.
CALL_OF: Final[Mapping[EffectKind, str]] = MappingProxyType(
    {
        EffectKind.CREATE_CHANNEL: "conversations.create",
        EffectKind.INVITE: "conversations.invite",
        EffectKind.ARCHIVE: "conversations.archive",
        EffectKind.TOPIC: "conversations.setTopic",
        EffectKind.PURPOSE: "conversations.setPurpose",
        EffectKind.PIN: "pins.add",
        EffectKind.BOOKMARK: "bookmarks.add",
        EffectKind.PROGRESS: "views.update",
        EffectKind.HOME: "views.publish",
        EffectKind.WHEREABOUTS: "conversations.info",
        EffectKind.MEMBERSHIP: "conversations.members",
        EffectKind.CARD: "chat.postMessage",
        EffectKind.REMINDER: "chat.postMessage",
        EffectKind.REQUEST: "chat.postMessage",
        EffectKind.PROPOSAL: "chat.postMessage",
        EffectKind.ANNOUNCEMENT: "chat.postMessage",
        EffectKind.DIRECT: "chat.postMessage",
        EffectKind.FEED: "chat.postMessage",
        EffectKind.DIGEST: "chat.postMessage",
        EffectKind.REFRESH_CARD: "chat.update",
        EffectKind.REFRESH_PAGE: "chat.update",
        EffectKind.REFRESH_REQUEST: "chat.update",
        EffectKind.REFRESH_PROPOSAL: "chat.update",
        EffectKind.RETELL: "chat.update",
    }
)


@dataclass
class RoomByKind:
    """The room there is at the time of one claim. See `bot.scheduler.claims.Room`."""

    rates: Rates
    _left: dict[str, int] = field(default_factory=dict)

    def take(self, kind: EffectKind) -> bool:
        """Count one effect of a kind against the room there is; False when there is no more."""
        call = CALL_OF.get(kind)
        if call is None:
            return True
        left = self._left.setdefault(call, self.rates.room(call))
        self._left[call] = left - 1
        return left > 0
