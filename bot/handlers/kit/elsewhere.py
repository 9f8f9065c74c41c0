"""Acting from elsewhere: a form knows in which channel it was asked for, and a line there says what came of it.

In the escalation's own channel the announcement says it.
"""

import json
import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.errors import EscalateError, OutsideError
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.policy.decide.lifecycle import may_take_over
from bot.ports.workspace import View, Workspace
from bot.services.overview.escalations import STILL_OF_USE, Escalations
from bot.views.kit import form_stack, ids
from bot.views.kit.form_values import option_of
from bot.views.overview import done_line

# The keys of a form's metadata: the channel, and the address that takes answers there for half an hour.
_IN: Final = "in"
_AT: Final = "at"
# Slack's limit is 3000.
_LONGEST: Final = 2900
_CHANNEL: Final = re.compile(r"[CGD][A-Z0-9]{2,30}")


@dataclass(frozen=True, slots=True)
class ActedFrom:
    """Where somebody acts. `response_url` takes answers also where the bot isn't a member."""

    channel: str
    response_url: str | None = None


_place: ContextVar[ActedFrom | None] = ContextVar("place", default=None)


def enter(body: Body) -> None:
    """Note where a request is made, for the forms that are opened in it."""
    _place.set(place_of(body))


def place_of(body: Body) -> ActedFrom | None:
    """Return where a request is made, or where its form was asked for; None on Home and where unknown."""
    channel, url = body.get("channel_id") or _id(body.get("channel")), body.get("response_url")
    if channel is None and isinstance(body.get("view"), Mapping):
        known = _known(body["view"])
        channel, url = known.get(_IN), known.get(_AT)
    if not isinstance(channel, str) or not _CHANNEL.fullmatch(channel):
        return None
    return ActedFrom(channel, url if isinstance(url, str) else None)


def asked_in() -> str | None:
    """Return the channel of the request that is being answered."""
    place = _place.get()
    return place.channel if place is not None else None


def stamped(view: View) -> View:
    """Return a form that knows where it was asked for; one that is about no escalation stays as it is."""
    known, place = _known(view), _place.get()
    if place is None or not known.keys() & {"number", "move"}:
        return view
    said = json.dumps({**known, _IN: place.channel, _AT: place.response_url})
    return {**view, "private_metadata": said} if len(said) <= _LONGEST else view


def stamped_answer(body: str) -> str:
    """Return an answer to a form, with the form in it stamped."""
    answer = json.loads(body) if '"view"' in body else {}
    if not isinstance(answer, dict) or not isinstance(answer.get("view"), dict):
        return body
    return json.dumps({**answer, "view": stamped(answer["view"])})


@dataclass(frozen=True)
class Elsewhere:
    """Says what a form did, to who sent it, where they had asked for it."""

    core: Core
    workspace: Workspace
    escalations: Escalations
    after_ack: AfterAck

    def sent(self, ack: AsyncAck, body: Body) -> None:
        """Start saying it, if the form was accepted and closes. Of forms that lie on another, that one says it."""
        answer = ack.response
        if answer is None or answer.body or place_of(body) is None:
            return
        if _number(body["view"]) is not None and form_stack.under(body["view"]) is None:
            self.after_ack.start(self._say, body)

    async def _say(self, body: Body) -> None:
        view, person, place = body["view"], body["user"]["id"], place_of(body)
        number = _number(view) or 0
        if place is None:
            return
        try:
            found = await self.core.run(self.escalations.acted_on_elsewhere, number, place.channel, viewer=person)
            if found is None or (view["callback_id"] == ids.PICK and may_take_over(found[0], person)):
                return  # who may take over is asked that
            line = done_line.draw(view["callback_id"], view["title"]["text"], *found, person, self.workspace.url)
            await self._answer(place, person, line)
        except EscalateError as error:
            # It is done all the same, and what was done is in the record.
            structlog.get_logger().warning("line not posted", number=number, error=str(error))

    async def _answer(self, place: ActedFrom, person: str, line: str) -> None:
        if place.response_url is not None:
            answer = {"response_type": "ephemeral", "replace_original": False, "text": line}
            try:
                await self.workspace.respond(place.response_url, answer)
            except OutsideError:
                pass  # it has expired
            else:
                return
        await self.core.run(self.escalations.reply, person, place.channel, line, fresh_for=STILL_OF_USE)


def _known(view: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return form_stack.of(view)
    except ValueError:
        return {}


def _number(view: Mapping[str, Any]) -> int | None:
    """Return the escalation that a form is about, or that was chosen in the picker."""
    if view["callback_id"] == ids.PICK:
        return int(option_of(view, "escalation") or 0) or None
    number = _known(view).get("number")
    return number if isinstance(number, int) else None


def _id(channel: object) -> object:
    return channel.get("id") if isinstance(channel, Mapping) else None
