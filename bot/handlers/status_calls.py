"""Status calls of a programme: planned, moved, cancelled and noted in one form."""

import re
from dataclasses import dataclass
from functools import partial
from typing import Final

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.errors import FormError
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, MenuEntry
from bot.handlers.kit.forms import FormRegistry
from bot.handlers.kit.routes import Routes
from bot.policy.addresses import mail_address
from bot.ports.workspace import View
from bot.services.bundle import Services
from bot.services.programmes.status_calls import CallRequest, StatusCalls
from bot.views.kit import ids
from bot.views.kit.form_values import moment_of, number_of, options_of, person_of, says_something, text_of
from bot.views.programmes import call_form

_MOST: Final = 20


@dataclass(frozen=True)
class StatusCallHandlers:
    """Handles the form of a status call."""

    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    services: Services

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.action(ids.PRESS_STATUS_CALL, self.after_ack(self.open))
        routes.view(ids.STATUS_CALL, self.submit)

    async def open(self, body: Body) -> None:
        """Open the form from a reminder."""
        number, person = int(body["actions"][0]["value"]), body["user"]["id"]
        await self.forms.open_with(body["trigger_id"], person, lambda: draw_call(self.services, number, person))

    async def submit(self, ack: AsyncAck, body: Body) -> None:
        """Note the call, or cancel it, else plan or move it."""
        view, person = body["view"], body["user"]["id"]
        calls: StatusCalls = self.services.status_calls
        said, at = text_of(view, "status_call_note"), moment_of(view, "status_call_at")
        number, request = number_of(view), view["id"]
        if says_something(said):
            await self.core.run(partial(calls.note, number, said, request=request), by=person)
        elif call_form.CANCELLED in options_of(view, "status_call_ends"):
            await self.core.run(partial(calls.cancel, number), by=person)
        elif at is None:
            raise FormError("status_call_at", "Choose a time, or write what was agreed.")
        else:
            asked = CallRequest(
                at=at,
                owner=person_of(view, "status_call_owner") or person,
                link=text_of(view, "status_call_link") or None,
                invited=_addresses(text_of(view, "status_call_to")),
            )
            await self.core.run(partial(calls.plan, number, asked, request=request), by=person)
        await ack()


def _addresses(typed: str) -> tuple[str, ...]:
    """Return the mail addresses. Raises FormError for what is none."""
    found = [mail_address(one) for one in re.split(r"[,;\s]+", typed) if one]
    known = tuple(dict.fromkeys(one for one in found if one is not None))
    if None in found:
        raise FormError("status_call_to", "Enter mail addresses with a comma between them.")
    if len(known) > _MOST:
        raise FormError("status_call_to", f"Use at most {_MOST} addresses.")
    return known


def draw_call(services: Services, number: int, viewer: str) -> View:
    """Draw the form of the status call."""
    found = services.status_calls.draft(number, by=viewer)
    contacts = found.contacts if found.may_invite and found.is_mailed else None
    return call_form.draw(found.facts, found.policy, found.planned, found.held, contacts)


def _listen(routes: Routes, kit: HandlerKit) -> None:
    StatusCallHandlers(kit.core, kit.after_ack, kit.forms, kit.services).register(routes)


CONVERSATION = Conversation(_listen, menu=(MenuEntry("status_call", draw_call),))
