"""Reads the status page. A failure is recorded and shown, and the next reminder reads it again."""

import asyncio
from dataclasses import dataclass
from typing import Final

import structlog

from bot.errors import OutsideError
from bot.models.work import EffectKind
from bot.ports.status_page import StatusSource
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.jobs import Dropped, Job, Settle
from bot.services.incidents.status_pages import StatusPages

_SECONDS: Final = 15


@dataclass(frozen=True)
class IncidentEffects:
    """Performs the readings of the status page."""

    status_pages: StatusPages
    page: StatusSource | None

    async def read(self, _job: Job) -> Settle | None:
        """Read it once."""
        if self.page is None:
            raise Dropped
        try:
            async with asyncio.timeout(_SECONDS):
                state = await self.page.read()
        except (OutsideError, TimeoutError) as error:
            why = error.code if isinstance(error, OutsideError) else f"no answer in {_SECONDS} seconds"
            structlog.get_logger().warning("status page not read", error=why)
            return lambda tx: self.status_pages.failed(tx, why)
        return lambda tx: self.status_pages.learn(tx, state)


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    return {EffectKind.STATUS_PAGE: IncidentEffects(kit.services.status_pages, kit.status_page).read}
