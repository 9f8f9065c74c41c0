"""The dead man's switch: an address that is asked while all is well, so that another program notices when it isn't."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import aiohttp
import structlog

EVERY_SECONDS: Final = 60.0
_PATIENCE: Final = aiohttp.ClientTimeout(total=10)


@dataclass(frozen=True)
class Heartbeat:
    """Asks an address. It is a secret, because who knows it can keep the alarm quiet: it is never logged."""

    session: aiohttp.ClientSession
    url: str

    async def beat(self) -> bool:
        """Ask once; return True if it was answered. A failure is logged, and the next beat comes as ever."""
        try:
            async with self.session.get(self.url, timeout=_PATIENCE) as response:
                status = response.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            structlog.get_logger().warning("heartbeat not taken", error=type(error).__name__)
            return False
        if status >= HTTPStatus.BAD_REQUEST:
            structlog.get_logger().warning("heartbeat not taken", status=status)
        return status < HTTPStatus.BAD_REQUEST
