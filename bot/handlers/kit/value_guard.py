"""Reject card numbers, SSNs and document numbers in any form input, before a handler sees it.

It checks fields by type, so that later forms are covered too. URL inputs are exempt, because digits in a URL are part
of an address; they must be web addresses, as in Slack's client, so that nothing else is posted as a link.
"""

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.policy.addresses import has_full_host, is_web_address
from bot.policy.model.verification import value_in
from bot.views.kit import ids
from bot.views.kit.wording import value_refused

# Declaring is never refused: the values are masked (`bot.services.declaring.declaration`).
_MASKED = ids.DECLARE
# Text typed into these menus may be offered unchanged as a new name.
_OFFERED = "external_select"
_ADDRESS = "url_text_input"
NO_ADDRESS = "Write the whole address, beginning with https://."
NO_HOST = "That's no full address. Write it like https://wiki.example.com/page."
_TYPED = frozenset({"plain_text_input", "email_text_input", "number_input"})


@dataclass(frozen=True)
class ValueGuard:
    """Refuses such values; `link_hosts` are the hosts without a dot that links may have."""

    link_hosts: frozenset[str] = frozenset()

    async def refuse(self, req: AsyncBoltRequest, next_: Callable[[], Awaitable[BoltResponse]]) -> BoltResponse:
        """Respond with errors at each field with such a value; otherwise continue."""
        view = req.body.get("view") or {}
        if req.body.get("type") == "view_submission" and view.get("callback_id") != _MASKED:
            errors = {field: value_refused(kind) for field, text in _typed(view) if (kind := value_in(text))}
            errors |= {field: why for field, text in _addresses(view) if (why := self._wrong(text))}
            if errors:
                answer = json.dumps({"response_action": "errors", "errors": errors})
                return BoltResponse(status=200, body=answer, headers={"content-type": "application/json"})
        return await next_()

    def _wrong(self, address: str) -> str | None:
        if not is_web_address(address):
            return NO_ADDRESS
        return None if has_full_host(address, self.link_hosts) else NO_HOST


def _addresses(view: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield typed URLs with their block ids."""
    for field, controls in view["state"]["values"].items():
        for control in controls.values():
            if control["type"] == _ADDRESS and (typed := (control.get("value") or "").strip()):
                yield field, typed


def _typed(view: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield typed texts with their block ids."""
    for field, controls in view["state"]["values"].items():
        for control in controls.values():
            if control["type"] in _TYPED and control.get("value"):
                yield field, control["value"]
            elif control["type"] == _OFFERED and control.get("selected_option"):
                yield field, control["selected_option"]["value"]
