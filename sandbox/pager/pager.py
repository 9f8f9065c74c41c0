"""The stand-in as one object: its addresses, its page, and what people do there."""

import asyncio
import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.json_response import AsciiJson
from sandbox.pager import events
from sandbox.pager.page import draw
from sandbox.pager.state import ACKNOWLEDGED, RESOLVED, Incident, PagerState
from sandbox.pager.webhooks import Webhooks

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
_HANG_SECONDS = 60
# A refusal of this number never answers.
HANG = 0


@dataclass
class Pager:
    """A stand-in of PagerDuty. Its address is the sandbox's with `/pagerduty`, its page is `/pager`."""

    state: PagerState
    webhooks: Webhooks = field(init=False)

    def __post_init__(self) -> None:
        self.webhooks = Webhooks(self.state)

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [
            Route("/pagerduty/v2/enqueue", self._enqueue, methods=["POST"]),
            Route("/pagerduty/incidents", self._list),
            Route("/pagerduty/incidents/{id}", self._incident),
            Route("/pagerduty/incidents/{id}/alerts", self._alerts),
            Route("/pagerduty/users", self._users),
            Route("/pagerduty/users/{id}", self._user),
            Route("/pagerduty/oncalls", self._on_calls),
            Route("/pager", self._page),
            Route("/pager/{id}/{action}", self._press, methods=["POST"]),
        ]

    async def acknowledge(self, incident: Incident, email: str | None) -> int | None:
        """Acknowledge an incident as somebody; return how the webhook was answered."""
        incident.status, incident.by = ACKNOWLEDGED, email
        return await self.webhooks.tell("acknowledged", incident, email)

    async def resolve(self, incident: Incident, email: str | None) -> int | None:
        """Resolve an incident as somebody; return how the webhook was answered."""
        incident.status, incident.by = RESOLVED, email
        return await self.webhooks.tell("resolved", incident, email)

    async def _enqueue(self, request: Request) -> Response:
        try:
            event: Any = json.loads(await request.body())
        except ValueError:
            event = None
        if self.state.refusals:
            return await self._refuse(self.state.refusals.pop(0))
        wrong = events.problems(event, self.state.services)
        if wrong:
            return AsciiJson({"status": "invalid event", "message": "Event object is invalid", "errors": wrong}, 400)
        self.state.events.append(event)
        self.state.apply(event)
        answer = {"status": "success", "message": "Event processed", "dedup_key": event["dedup_key"]}
        return AsciiJson(answer, HTTPStatus.ACCEPTED)

    @staticmethod
    async def _refuse(status: int) -> Response:
        if status == HANG:
            await asyncio.sleep(_HANG_SECONDS)
        headers = {"Retry-After": "1"} if status == HTTPStatus.TOO_MANY_REQUESTS else None
        return AsciiJson({"status": "throttle exceeded"}, status or 500, headers=headers)

    async def _list(self, _request: Request) -> Response:
        return AsciiJson({"incidents": [one.as_json() for one in self.state.incidents.values()]})

    async def _incident(self, request: Request) -> Response:
        found = self.state.incidents.get(request.path_params["id"])
        return AsciiJson({"incident": found.as_json()}) if found is not None else _nothing()

    async def _alerts(self, request: Request) -> Response:
        found = self.state.incidents.get(request.path_params["id"])
        if found is None or not _has_token(request):
            return _nothing()
        return AsciiJson({"alerts": [{"id": f"A{found.id}", "alert_key": found.key, "summary": found.title}]})

    async def _users(self, request: Request) -> Response:
        if not self._takes_token(request):
            return AsciiJson({"error": {"message": "Unauthorized", "code": 2006}}, HTTPStatus.UNAUTHORIZED)
        found = [{"id": email, "name": name, "email": email} for email, name in self.state.users.items()]
        return AsciiJson({"users": found})

    def _takes_token(self, request: Request) -> bool:
        given = request.headers.get("authorization", "").removeprefix("Token token=")
        return _has_token(request) and (self.state.token is None or given == self.state.token)

    async def _user(self, request: Request) -> Response:
        email = request.path_params["id"]
        if email not in self.state.users or not _has_token(request):
            return _nothing()
        return AsciiJson({"user": {"id": email, "name": self.state.users[email], "email": email}})

    async def _on_calls(self, request: Request) -> Response:
        if not _has_token(request):
            return _nothing()
        wanted = request.query_params.getlist("schedule_ids[]") or list(self.state.on_call)
        found = [
            {
                "schedule": {"id": schedule, "type": "schedule_reference"},
                "user": {"id": email, "name": self.state.users.get(email, email), "email": email},
            }
            for schedule in wanted
            if (email := self.state.on_call.get(schedule)) is not None
        ]
        return AsciiJson({"oncalls": found, "more": False})

    async def _page(self, _request: Request) -> Response:
        return HTMLResponse(draw(self.state), headers=_HEADERS)

    async def _press(self, request: Request) -> Response:
        found, action = self.state.incidents.get(request.path_params["id"]), request.path_params["action"]
        if found is None or action not in {"acknowledge", "resolve"}:
            return _nothing()
        email = (await request.body()).decode(errors="replace").partition("as=")[2].replace("%40", "@") or None
        await (self.acknowledge if action == "acknowledge" else self.resolve)(
            found, email if email in self.state.users else None
        )
        return RedirectResponse("/pager", status_code=HTTPStatus.SEE_OTHER)


def _has_token(request: Request) -> bool:
    return request.headers.get("authorization", "").startswith("Token token=")


def _nothing() -> Response:
    return AsciiJson({"error": {"message": "Not Found", "code": 2100}}, HTTPStatus.NOT_FOUND)
