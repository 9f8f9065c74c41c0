"""Asks the sources of on-call outside, in the background: nobody waits for them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from bot.database.transaction import Core
from bot.errors import OutsideError
from bot.policy.model.on_call import OnCallSource
from bot.ports.on_call import ShiftSource
from bot.services.on_call.feeds import Ask, Feeds
from bot.services.policies.policy_owner import PolicyOwner
from bot.views.on_call import feed_words


@dataclass(frozen=True)
class FeedReader:
    """Asks what is due. A source that fails stops no other."""

    core: Core
    feeds: Feeds
    policy_owner: PolicyOwner
    sources: Mapping[OnCallSource, ShiftSource]

    async def read(self) -> bool:
        """Ask every source that is due; return True if there was any."""
        asks = await self.core.run_in_background(self.feeds.due, tuple(self.sources))
        await asyncio.gather(*map(self._ask, asks))
        return bool(asks)

    async def _ask(self, ask: Ask) -> None:
        log = structlog.get_logger().bind(area=ask.area, source=ask.source.value)
        try:
            shifts = await self.sources[ask.source].shifts(ask.told, ask.since, ask.until)
        except OutsideError as error:
            log.warning("on-call source failed", error=error.code)
            if await self.core.run_in_background(self.feeds.failed, ask, error.code):
                words = feed_words.failing(ask.name, ask.source, error.code)
                await self.core.run_in_background(
                    self.policy_owner.tell, words, about=f"feed:{ask.area}:{ask.source.value}"
                )
        else:
            await self.core.run_in_background(self.feeds.learn, ask, shifts)
