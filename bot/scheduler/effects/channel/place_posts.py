"""Posts in channels that the policy names and others look after."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from bot.database.outbox import LOST
from bot.database.transaction import Core
from bot.errors import Blocked, Permanent
from bot.ports.workspace import Message, Workspace
from bot.scheduler.effects.kit import EffectKit
from bot.scheduler.effects.messages import post_once
from bot.scheduler.jobs import Held, Job, Settle
from bot.services.channel.places import Places
from bot.views.channel import places

_Refused = (Permanent, Blocked)
_NOBODY: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True)
class PlacePoster:
    """Post in such channels."""

    core: Core
    workspace: Workspace
    places: Places

    @classmethod
    def of(cls, kit: EffectKit) -> "PlacePoster":
        """Build it from what performers are built from."""
        return cls(kit.core, kit.workspace, kit.services.places)

    async def post(self, job: Job, channel: str, message: Message, *, about: Mapping[str, Any] = _NOBODY) -> Settle:
        """Post a message. Raises Held while the channel can't be posted in; the policy's owner hears of that once."""
        effect = job.effect
        try:
            await post_once(self.workspace, job, channel.removeprefix("#"), message, about=about)
        except _Refused as error:
            why, words = error.code, places.lost(channel, error.code)
            if why not in LOST:
                await self.core.run_in_background(self.places.refused, channel, words)
                raise
            raise Held(why, lambda tx: self.places.lost(tx, effect, channel, words)) from error
        return lambda tx: self.places.found(tx, effect, channel)
