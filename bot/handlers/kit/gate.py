"""Access: before every handler this checks that the person is a member of the company.

The answer comes normally from memory or the database, so that nobody waits for Slack. People not yet known are
looked up after the acknowledgement, and their request is handled then. Only a form submitted by such a person waits for
Slack, at most two seconds: it can be answered only once, and its input must not be lost. One that names such a person
waits a second.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.clock import Clock
from bot.database.people import is_slack_id
from bot.database.transaction import Core
from bot.errors import EscalateError, NotKnownYet, OutsideError, Permanent
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.errors import ErrorResponder
from bot.handlers.kit.routes import Routes
from bot.policy.members import Admission
from bot.ports.workspace import Profile, Workspace
from bot.services.people.admissions import Admissions
from bot.views.kit import info_form

# How long an answer is cached; another process may store a newer one.
_REMEMBERED = timedelta(seconds=30)
_MOST_REMEMBERED = 10_000
# A form must be answered within three seconds, whatever Slack does.
_PATIENCE_SECONDS = 2.0
# So many people whom a form names are looked up, within this time; the others are taken as they are.
_MOST_NAMED = 10
_PATIENCE_FOR_NAMED_SECONDS = 1.0
_LOOKED_UP = "escalate_looked_up"
_NOBODY = frozenset({"user_not_found", "user_not_visible", "users_not_found"})


@dataclass
class Gate:
    """Admits members of the company. `listen` puts it before everything registered afterwards."""

    core: Core
    clock: Clock
    workspace: Workspace
    admissions: Admissions
    answers: ErrorResponder
    after_ack: AfterAck
    _app: AsyncApp | None = None
    _known: dict[str, tuple[Admission, datetime]] = field(default_factory=dict)
    _asked: dict[str, asyncio.Task[Admission]] = field(default_factory=dict)

    def listen(self, app: AsyncApp, routes: Routes) -> None:
        """Register the middleware, and the listener for changes of people."""
        self._app = app
        app.use(self.let_in)
        routes.event("user_change", self.hear)

    async def let_in(self, req: AsyncBoltRequest, next_: Callable[[], Awaitable[BoltResponse]]) -> BoltResponse:
        """Continue for members; refuse others. Events of refused people pass, as their Home tab refuses them."""
        person = _who_asks(req.body)
        if person is None:
            return await next_()
        admission = await self._admission(person)
        if admission is Admission.UNKNOWN and req.body.get("type") == "view_submission":
            admission = await self._asked_in_time(person)
        if admission is Admission.ADMITTED:
            if req.body.get("type") == "view_submission":
                await self._meet(named_in(req.body["view"]))
            return await next_()
        if admission is Admission.REFUSED and req.body.get("type") == "event_callback":
            return await next_()
        if admission is Admission.REFUSED:
            return await self._turn_away(self.admissions.refusal(), req.body)
        if req.context.get(_LOOKED_UP) or req.body.get("type") == "view_submission":
            return await self._turn_away(NotKnownYet(), req.body)
        return self._later(req, person)

    async def hear(self, body: Body, _context: AsyncBoltContext) -> None:
        """Record that somebody was deactivated, made a guest, or renamed."""
        profile = self.workspace.described(body["event"]["user"])
        if await self.core.run(self.admissions.heard, profile):
            self._known.pop(profile.slack_id, None)

    async def _admission(self, person: str) -> Admission:
        known = self._known.get(person)
        if known is not None and self.clock.now() < known[1] + _REMEMBERED:
            return known[0]
        return self._remember(person, await self.core.run(self.admissions.of, person))

    def _remember(self, person: str, admission: Admission) -> Admission:
        self._known.pop(person, None)
        if admission is not Admission.UNKNOWN:
            while len(self._known) >= _MOST_REMEMBERED:
                self._known.pop(next(iter(self._known)))
            self._known[person] = admission, self.clock.now()
        return admission

    def _later(self, req: AsyncBoltRequest, person: str) -> BoltResponse:
        """Acknowledge now; look the person up and handle the request afterwards."""

        async def work(body: Body) -> None:
            await self._ask(person)
            if body.get("type") == "block_suggestion":
                return  # the next typed letter asks again
            answer = await self._again(req)
            if "response_url" in body and answer.body:
                await self._respond(person, body, json.loads(answer.body))

        self.after_ack.start(work, req.body)
        nothing = '{"options": []}' if req.body.get("type") == "block_suggestion" else ""
        return _json(nothing) if nothing else BoltResponse(status=200, body="")

    async def _respond(self, person: str, body: Body, answer: Mapping[str, Any]) -> None:
        try:
            await self.workspace.respond(body["response_url"], answer)
        except OutsideError as error:
            structlog.get_logger().warning("command not answered", error=str(error))
            reply = self.answers.escalations.reply
            await self.core.run(reply, person, body.get("channel_id"), str(answer.get("text", "")))

    async def _again(self, req: AsyncBoltRequest) -> BoltResponse:
        """Handle a request again, now that the person is known."""
        if self._app is None:
            raise LookupError("nothing listens")
        body = req.raw_body if req.mode == "http" else req.body
        again = AsyncBoltRequest(
            body=body, query=req.query, headers=req.headers, context={_LOOKED_UP: True}, mode=req.mode
        )
        return await self._app.async_dispatch(again)

    async def _meet(self, named: Collection[str]) -> None:
        """Look up whom a form names, if Slack hasn't said who they are: whoever isn't ours is refused in the form."""
        unknown = [one for one in named if await self._admission(one) is Admission.UNKNOWN]
        if unknown:
            await asyncio.gather(*(self._asked_in_time(one, _PATIENCE_FOR_NAMED_SECONDS) for one in unknown))

    async def _asked_in_time(self, person: str, seconds: float = _PATIENCE_SECONDS) -> Admission:
        try:
            async with asyncio.timeout(seconds):
                return await self._ask(person)
        except (TimeoutError, EscalateError):
            return Admission.UNKNOWN

    async def _ask(self, person: str) -> Admission:
        """Look somebody up in Slack; concurrent requests share one call."""
        task = self._asked.get(person)
        if task is None:
            task = asyncio.create_task(self._look_up(person), name=f"look up {person}")
            self._asked[person] = task
            task.add_done_callback(lambda done: self._over(person, done))
        return await asyncio.shield(task)

    def _over(self, person: str, done: asyncio.Task[Admission]) -> None:
        self._asked.pop(person, None)
        if not done.cancelled():
            done.exception()  # Retrieve the error, or asyncio warns: the caller may have given up waiting.

    async def _look_up(self, person: str) -> Admission:
        profile: Profile | None
        try:
            profile = await self.workspace.profile(person)
        except Permanent as error:
            if error.code not in _NOBODY:
                raise NotKnownYet from error
            profile = None
        except OutsideError as error:
            structlog.get_logger().warning("person not looked up", person=person, error=str(error))
            raise NotKnownYet from error
        return self._remember(person, await self.core.run(self.admissions.learn, person, profile))

    async def _turn_away(self, error: EscalateError, body: Body) -> BoltResponse:
        """Refuse in the form of the request; a menu offers nothing."""
        kind = body.get("type")
        if kind == "block_suggestion":
            return _json('{"options": []}')
        if kind == "view_submission" and isinstance(error, NotKnownYet):
            return _json(json.dumps(_kept_open(body["view"], str(error))))
        if kind == "event_callback":
            return BoltResponse(status=200, body="")
        return await self.answers.handle(error, body)


def _who_asks(body: Body) -> str | None:
    """Return the person of a request; None for events of Slack itself."""
    if body.get("type") == "event_callback":
        event = body.get("event") or {}
        return event.get("user") if event.get("type") == "app_home_opened" else None
    return body.get("user_id") or (body.get("user") or {}).get("id")


def named_in(view: Mapping[str, Any]) -> Collection[str]:
    """Return the first people who are chosen in a form."""
    blocks = ((view.get("state") or {}).get("values") or {}).values()
    found: dict[str, None] = {}
    for field_ in (field_ for block in blocks for field_ in block.values()):
        found |= dict.fromkeys([field_.get("selected_user"), *(field_.get("selected_users") or ())])
    return [who for who in found if who and is_slack_id(who)][:_MOST_NAMED]


def _kept_open(view: Mapping[str, Any], words: str) -> Mapping[str, Any]:
    """Return the response that shows an error at a form's first field, so that the input is kept."""
    field_ = next((block["block_id"] for block in view["blocks"] if block["type"] == "input"), None)
    if field_ is None:
        return {"response_action": "update", "view": info_form.info("Can't do this", words)}
    return {"response_action": "errors", "errors": {field_: words}}


def _json(body: str) -> BoltResponse:
    return BoltResponse(status=200, body=body, headers={"content-type": "application/json"})
