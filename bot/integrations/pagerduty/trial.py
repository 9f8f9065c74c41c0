"""Tries PagerDuty's keys and token, without paging anybody: for `escalate doctor`."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import aiohttp

from bot.errors import Permanent, Temporary
from bot.integrations.pagerduty.events import PagerDutyEvents
from bot.integrations.pagerduty.services import PagerDutySettings

_CALL: Final = "PagerDuty"
_ALARM: Final = "doctor"
_PATIENCE: Final = aiohttp.ClientTimeout(total=10)
_ACCEPT: Final = "application/vnd.pagerduty+json;version=2"


@dataclass(frozen=True)
class PagerDutyTrial:
    """Tries what the settings name."""

    session: aiohttp.ClientSession
    settings: PagerDutySettings

    async def key(self, service: str | None) -> None:
        """Resolve an alarm that was never opened, which PagerDuty accepts and ignores. Raises OutsideError."""
        await PagerDutyEvents(self.session, self.settings, "escalate").resolve(_ALARM, service)

    async def token(self) -> None:
        """Read one user by the API token. Raises Permanent if it's refused, Temporary if PagerDuty doesn't answer."""
        await self._read("users", {"limit": "1"})

    async def schedule(self, schedule: str) -> None:
        """Read a schedule by its id. Raises Permanent if the token can't see it, and Temporary."""
        await self._read("oncalls", {"schedule_ids[]": schedule, "limit": "1"})

    async def _read(self, what: str, asked: dict[str, str]) -> None:
        headers = {"Authorization": f"Token token={self.settings.token}", "Accept": _ACCEPT}
        try:
            async with self.session.get(
                f"{self.settings.api}/{what}", params=asked, headers=headers, timeout=_PATIENCE, allow_redirects=False
            ) as response:
                status = response.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Temporary(_CALL, "no connection") from error
        if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Temporary(_CALL, f"status {status}")
        if status != HTTPStatus.OK:
            raise Permanent(_CALL, f"refused with {status}")
