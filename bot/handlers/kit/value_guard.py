"""No form takes a value that has no place in a record: what was typed is looked through before any handler reads it.

This stands in front of every form by the kind of its fields, so that one added later is held to it too. Addresses are
left alone: the digits in one say where something lies. They are held to be addresses on the web, as Slack's client
holds them: what is none is posted nowhere as a link.
"""

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.policy.addresses import is_web_address
from bot.policy.model.verification import value_in
from bot.views.kit import ids
from bot.views.kit.wording import value_refused

# Declaring is never refused: what is declared is masked (`bot.services.declaring.declarations`).
_MASKED = ids.DECLARE
# What is typed into one of these may be offered as it is, as a new name.
_OFFERED = "external_select"
_ADDRESS = "url_text_input"
NO_ADDRESS = "Write the whole address, beginning with https://."
_TYPED = frozenset({"plain_text_input", "email_text_input", "number_input"})


async def refuse_values(req: AsyncBoltRequest, next_: Callable[[], Awaitable[BoltResponse]]) -> BoltResponse:
    """Answer a form that gives a value away at each field that does; anything else goes on."""
    view = req.body.get("view") or {}
    if req.body.get("type") == "view_submission" and view.get("callback_id") != _MASKED:
        errors = {field: value_refused(kind) for field, text in _typed(view) if (kind := value_in(text))}
        errors |= {field: NO_ADDRESS for field, text in _addresses(view) if not is_web_address(text)}
        if errors:
            answer = json.dumps({"response_action": "errors", "errors": errors})
            return BoltResponse(status=200, body=answer, headers={"content-type": "application/json"})
    return await next_()


def _addresses(view: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the addresses that were typed, by the block each stands in."""
    for field, controls in view["state"]["values"].items():
        for control in controls.values():
            if control["type"] == _ADDRESS and (typed := (control.get("value") or "").strip()):
                yield field, typed


def _typed(view: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what was typed, by the block it stands in."""
    for field, controls in view["state"]["values"].items():
        for control in controls.values():
            if control["type"] in _TYPED and control.get("value"):
                yield field, control["value"]
            elif control["type"] == _OFFERED and control.get("selected_option"):
                yield field, control["selected_option"]["value"]
