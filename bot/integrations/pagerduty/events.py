"""The pager port on PagerDuty's Events API v2.

Not by PagerDuty's own client: it waits in its thread between its own retries, and a page must not; the outbox retries.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final

import aiohttp

from bot.errors import Ambiguous, Permanent, Temporary
from bot.integrations.pagerduty.services import PagerDutySettings
from bot.ports.leases import require_lease
from bot.ports.pager import OutsideRing

_CALL: Final = "PagerDuty"
_SUMMARY: Final = 1024
_PATIENCE: Final = aiohttp.ClientTimeout(total=10)
# A wait that PagerDuty asks for is kept to this: a page can't wait for longer.
_LONGEST_WAIT: Final = timedelta(seconds=30)


@dataclass(frozen=True)
class PagerDutyEvents:
    """Sends events. `instance` keeps the alarms of two installations with one routing key apart."""

    session: aiohttp.ClientSession
    settings: PagerDutySettings
    instance: str

    async def trigger(self, ring: OutsideRing, service: str | None) -> None:
        """Open an alarm, or add to it. Raises Permanent, Temporary or Ambiguous."""
        links = [{"href": ring.link, "text": "Acknowledge"}] if ring.link is not None else []
        payload = {
            "summary": ring.title[:_SUMMARY],
            "source": "Escalate",
            "severity": "critical" if ring.is_top else "error",
            "custom_details": {"details": "\n".join(ring.lines)},
        }
        await self._send("trigger", ring.key, service, payload=payload, links=links, client="Escalate")

    async def acknowledge(self, key: str, service: str | None) -> None:
        """Acknowledge an alarm."""
        await self._send("acknowledge", key, service)

    async def resolve(self, key: str, service: str | None) -> None:
        """Resolve an alarm."""
        await self._send("resolve", key, service)

    async def _send(self, action: str, key: str, service: str | None, **more: Any) -> None:
        routing_key = self.settings.keys.get(service)
        if routing_key is None:
            raise Permanent(_CALL, f"no routing key is named {service}" if service else "no routing key is set")
        event = {"routing_key": routing_key, "event_action": action, "dedup_key": f"{self.instance}/{key}", **more}
        require_lease()
        try:
            async with self.session.post(
                f"{self.settings.events}/v2/enqueue", json=event, timeout=_PATIENCE, allow_redirects=False
            ) as response:
                self._judge(response.status, response.headers, await response.read())
        except aiohttp.ClientConnectorError as error:
            raise Temporary(_CALL, "no connection") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # The same event twice is one alarm, so it may be repeated.
            raise Ambiguous(_CALL, "no answer") from error

    @staticmethod
    def _judge(status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Raise for any answer but an acceptance. Nothing of the body is repeated but PagerDuty's own word for it."""
        if status == HTTPStatus.ACCEPTED:
            return
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise Temporary(_CALL, "too many requests", retry_after(headers))
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
            raise Temporary(_CALL, f"status {status}")
        if status == HTTPStatus.OK:
            raise Ambiguous(_CALL, "not PagerDuty's answer")
        raise Permanent(_CALL, f"refused with {status}{_word(body)}")


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Return the wait that an answer asks for, half a minute at most; None if it asks for none."""
    text = headers.get("Retry-After", "")
    return min(timedelta(seconds=int(text[:6])), _LONGEST_WAIT) if text.isdigit() else None


def _word(body: bytes) -> str:
    try:
        told = json.loads(body[:2000])
    except ValueError:
        return ""
    status = told.get("status") if isinstance(told, dict) else None
    return f" ({status[:40]})" if isinstance(status, str) else ""
