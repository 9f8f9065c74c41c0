"""Shows previews below posted links to tickets and accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from bot.database.transaction import Core
from bot.errors import Blocked, Permanent
from bot.models.work import EffectKind
from bot.policy.plan.link_previews import LinkPreview
from bot.ports.workspace import Posted, Workspace
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.people import LookupEffects, lookups
from bot.scheduler.jobs import Dropped, Job, Settle
from bot.services.confidential.redaction import PostedMessage
from bot.services.overview.link_previews import LinkPreviews
from bot.views.overview import link_preview

# In a larger channel we can't tell who reads.
_MOST_READERS: Final = 1_000
# So many readers who were never met are asked about at once; of more some are looked up for the next time.
_MOST_ASKED: Final = 30
_MOST_QUEUED: Final = 200


@dataclass(frozen=True)
class LinkPreviewEffects:
    """Performs previews. Nobody waits for one: whatever Slack refuses is dropped."""

    core: Core
    workspace: Workspace
    link_previews: LinkPreviews
    lookups: LookupEffects

    async def unfurl(self, job: Job) -> Settle | None:
        """Show the previews; those that an earlier attempt may have shown, and mustn't be, are replaced."""
        payload = job.effect.payload
        channel, urls = payload["channel"], payload["urls"]
        if self.core.database.real_clock.now() > datetime.fromisoformat(payload["until"]) and not job.effect.in_doubt:
            raise Dropped
        try:
            found = await self._previews(channel, urls)
            drawn = {one.url: link_preview.draw(one, self.workspace.url) for one in found}
            if job.effect.in_doubt:
                drawn = {url: link_preview.taken_back() for url in urls} | drawn
            if not drawn:
                raise Dropped
            at = Posted(channel, payload["ts"])
            await self.workspace.unfurl(at, drawn)
        except (Permanent, Blocked) as error:
            structlog.get_logger().warning("link not previewed", channel=channel, error=error.code)
            raise Dropped from None
        names = sorted({facts.number for one in found for facts, _ in one.found.shown})
        job.said.append(PostedMessage(at, None, {**payload, "names": names}))
        return None

    async def _previews(self, channel: str, urls: Sequence[str]) -> Sequence[LinkPreview]:
        """Return the previews that everybody in a channel may read; none if we can't tell who that is."""
        readers = await self.workspace.members(channel, _MOST_READERS)
        if readers is None or await self.workspace.is_shared(channel) or not await self._met(readers):
            return ()
        return await self.core.run_in_background(self.link_previews.compose, channel, urls, readers)

    async def _met(self, readers: Sequence[str]) -> bool:
        """Ask Slack about readers who were never met; return False if they are too many to ask at once."""
        run = self.core.run_in_background
        unmet = await run(self.link_previews.unmet, readers)
        if len(unmet) > _MOST_ASKED:
            await run(self.link_previews.look_up, unmet[:_MOST_QUEUED])
            return False
        for who in unmet:
            await self.lookups.meet(who, self.core)
        return True


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    effects = LinkPreviewEffects(kit.core, kit.workspace, kit.services.link_previews, lookups(kit))
    return {EffectKind.UNFURL: effects.unfurl}
