"""The stand-in's webhooks, version 3: signed, and told to each subscription."""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sandbox.delivery.post import Poster, Unreachable
from sandbox.pager.state import Incident, PagerState

Json = dict[str, Any]
_PATIENCE = 5.0


def signature(secret: str, body: bytes) -> str:
    """Return the `X-PagerDuty-Signature` of a body."""
    return "v1=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@dataclass
class Webhooks:
    """Tells `url` what people do. `sent` keeps every delivery, so that a test can repeat one."""

    state: PagerState
    url: str | None = None
    secret: str = "sandbox-webhook-secret"  # noqa: S105 - published
    sent: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)
    _post: Poster = field(default_factory=Poster)

    async def tell(self, kind: str, incident: Incident, email: str | None) -> int | None:
        """Send a webhook; return the status of the answer, None without one."""
        body = json.dumps({"event": self._event(kind, incident, email)}).encode()
        headers = {"Content-Type": "application/json", "X-PagerDuty-Signature": signature(self.secret, body)}
        self.sent.append((body, headers))
        return await self.repeat()

    async def repeat(self) -> int | None:
        """Deliver the latest webhook, as PagerDuty does again when it got no answer."""
        if self.url is None:
            return None
        body, headers = self.sent[-1]
        try:
            return (await self._post.post(self.url, headers, body, self.secret, _PATIENCE)).status
        except (Unreachable, TimeoutError):
            return None

    async def stop(self) -> None:
        """Close the connections."""
        await self._post.close()

    def _event(self, kind: str, incident: Incident, email: str | None) -> Json:
        name = self.state.users.get(email or "", "")
        agent = {"id": email, "type": "user_reference", "summary": name} if email is not None else None
        return {
            "id": secrets.token_hex(13).upper(),
            "event_type": f"incident.{kind}",
            "resource_type": "incident",
            "occurred_at": datetime.fromtimestamp(self.state.now(), UTC).isoformat(timespec="milliseconds"),
            "agent": agent,
            "client": None,
            "data": incident.as_json(),
        }
