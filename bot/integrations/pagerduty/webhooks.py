"""PagerDuty's webhooks, version 3: what people do there. Each is signed; nothing unsigned, old or repeated counts."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

import aiohttp
import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.clock import Clock
from bot.integrations.pagerduty.services import PagerDutySettings
from bot.integrations.public import PublicRoute
from bot.policy.characters import readable
from bot.ports.pager import PagerAnswer, PagerAnswers

PATH: Final = "/pagerduty"
_SIGNATURE: Final = "x-pagerduty-signature"
# PagerDuty repeats what wasn't accepted for less than a day.
_OLD: Final = timedelta(days=1)
_SKEW: Final = timedelta(minutes=5)
_PATIENCE: Final = aiohttp.ClientTimeout(total=5)
_ACKNOWLEDGED: Final = "incident.acknowledged"
_RESOLVED: Final = "incident.resolved"


@dataclass(frozen=True)
class PagerDutyWebhooks:
    """Checks webhooks and hands on what they say. With a token, PagerDuty is asked who it was.

    Without, and where it doesn't answer, a person's name there is all that is known of them.
    """

    secret: str
    settings: PagerDutySettings
    session: aiohttp.ClientSession
    answers: PagerAnswers
    instance: str
    real_clock: Clock

    def route(self) -> PublicRoute:
        """Return the public route."""
        return PublicRoute(PATH, self.receive, ("POST",))

    async def receive(self, request: Request) -> Response:
        """Receive one webhook."""
        body = await request.body()
        if not is_signed(self.secret, body, request.headers.get(_SIGNATURE, "")):
            return PlainTextResponse("not signed by PagerDuty\n", status_code=HTTPStatus.UNAUTHORIZED)
        event = _event(body)
        if event is None:
            return PlainTextResponse("not a webhook\n", status_code=HTTPStatus.BAD_REQUEST)
        if not self._is_fresh(event):
            return PlainTextResponse("too old\n", status_code=HTTPStatus.BAD_REQUEST)
        kind, incident = event.get("event_type"), event.get("data")
        if kind in (_ACKNOWLEDGED, _RESOLVED) and isinstance(incident, dict):
            await self._hand_on(event, incident, is_resolved=kind == _RESOLVED)
        return PlainTextResponse("ok\n")

    def _is_fresh(self, event: Mapping[str, Any]) -> bool:
        try:
            at = datetime.fromisoformat(str(event.get("occurred_at")))
        except ValueError:
            return False
        now = self.real_clock.now()
        return at.tzinfo is not None and now - _OLD <= at <= now + _SKEW

    async def _hand_on(self, event: Mapping[str, Any], incident: Mapping[str, Any], *, is_resolved: bool) -> None:
        key = await self._key(incident)
        if key is None:
            return
        agent = event.get("agent")
        name = str(agent.get("summary") or "")[:80] if isinstance(agent, dict) else ""
        email = await self._email(agent) if isinstance(agent, dict) else None
        found = PagerAnswer(event=str(event.get("id"))[:80], key=key, name=name, email=email, is_resolved=is_resolved)
        await self.answers.answer(found)

    async def _key(self, incident: Mapping[str, Any]) -> str | None:
        """Return the key of our alarm in an incident; None if it is of another program."""
        keys = [incident.get("incident_key")]
        prefix = f"{self.instance}/"
        if not str(keys[0]).startswith(prefix) and self.settings.token is not None:
            found = await self._ask(f"incidents/{str(incident.get('id'))[:40]}/alerts")
            alerts = found.get("alerts")
            keys = [alert.get("alert_key") for alert in alerts if isinstance(alert, dict)] if alerts else []
        ours = [key.removeprefix(prefix) for key in keys if isinstance(key, str) and key.startswith(prefix)]
        return ours[0] if ours else None

    async def _email(self, agent: Mapping[str, Any]) -> str | None:
        if self.settings.token is None or agent.get("type") != "user_reference":
            return None
        user = (await self._ask(f"users/{str(agent.get('id'))[:40]}")).get("user")
        email = user.get("email") if isinstance(user, dict) else None
        return email if isinstance(email, str) and "@" in email else None

    async def _ask(self, path: str) -> Mapping[str, Any]:
        """Ask PagerDuty's API; return nothing if it doesn't answer: the acknowledgement counts anyway."""
        headers = {"Authorization": f"Token token={self.settings.token}", "Accept": "application/json"}
        try:
            async with self.session.get(
                f"{self.settings.api}/{path}", headers=headers, timeout=_PATIENCE, allow_redirects=False
            ) as response:
                found = readable(json.loads(await response.read())) if response.status == HTTPStatus.OK else {}
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            structlog.get_logger().warning("PagerDuty not asked", error=type(error).__name__)
            return {}
        return found if isinstance(found, dict) else {}


def is_signed(secret: str, body: bytes, header: str) -> bool:
    """Return True if one of the signatures in a header is of these bytes. While a secret is changed there are two."""
    wanted = "v1=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    given = [one.strip() for one in header.split(",")[:5]]
    return any(one.isascii() and hmac.compare_digest(one, wanted) for one in given)


def _event(body: bytes) -> Mapping[str, Any] | None:
    try:
        told = readable(json.loads(body))
    except (ValueError, RecursionError):
        return None
    event = told.get("event") if isinstance(told, dict) else None
    return event if isinstance(event, dict) and isinstance(event.get("id"), str) else None
