"""Action items of a programme: added and changed in a small form on top of the plan."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.errors import FormError
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit
from bot.handlers.kit.forms import FormRegistry, on_top_of
from bot.handlers.kit.routes import Routes
from bot.policy.decide.lifecycle import Move
from bot.policy.record.action_items import ActionState
from bot.ports.workspace import View
from bot.services.programmes.action_items import ActionItems, ItemRequest
from bot.views.kit import ids
from bot.views.kit.form_values import date_of, number_of, option_of, person_of, says_something, text_of
from bot.views.programmes import item_form


@dataclass(frozen=True)
class ActionItemHandlers:
    """Handles the form of an action item."""

    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    action_items: ActionItems

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.action(ids.PRESS_ADD_ITEM, self.after_ack(self.open))
        routes.action(ids.PRESS_ITEM, self.after_ack(self.open))
        routes.view(ids.ITEM, self.submit)

    async def open(self, body: Body) -> None:
        """Put the form on top of the plan, for the item that was pressed or for another one."""
        number, _, item = body["actions"][0]["value"].partition(":")
        person, view = body["user"]["id"], body.get("view") or {}
        is_on_top = view.get("type") == "modal"

        def draw() -> View:
            found = self.action_items.draft(int(number), int(item) if item else None, by=person)
            form = item_form.draw(found.facts, found.policy, found.criteria, found.item)
            # From a message, or from Home, it lies on nothing.
            return on_top_of(form, Move.AGREE, view) if is_on_top else form

        await self.forms.open_with(body["trigger_id"], person, draw, is_on_top=is_on_top)

    async def submit(self, ack: AsyncAck, body: Body) -> None:
        """Add or change the item, and show it in the plan below."""
        view, person = body["view"], body["user"]["id"]
        item, said = json.loads(view["private_metadata"])["item"], _said(view)
        if item is None:
            work = partial(self.action_items.add, number_of(view), said, request=view["id"])
        else:
            work = partial(self.action_items.change, number_of(view), item, said)
        await self.core.run(work, by=person)
        await ack()
        await self.forms.redraw_below(body)


def _said(view: Mapping[str, Any]) -> ItemRequest:
    """Parse the form. Raises FormError with everything that is missing."""
    what, owner, due_on = text_of(view, "item"), person_of(view, "item_owner"), date_of(view, "item_due")
    state, reason = ActionState(option_of(view, "item_state") or ActionState.OPEN), text_of(view, "reason")
    wrong: dict[str, str] = {}
    if not says_something(what):
        wrong["item"] = "Enter what will be done."
    if owner is None:
        wrong["item_owner"] = "Choose an owner."
    if due_on is None:
        wrong["item_due"] = "Choose a due date."
    if state is ActionState.DROPPED and not says_something(reason):
        wrong["reason"] = "Enter why it's dropped."
    if wrong or owner is None or due_on is None:
        raise FormError.of(wrong)
    return ItemRequest(
        what=what,
        owner=owner,
        due_on=due_on,
        state=state,
        criterion=option_of(view, "criterion"),
        reason=reason or None,
    )


def _listen(routes: Routes, kit: HandlerKit) -> None:
    ActionItemHandlers(kit.core, kit.after_ack, kit.forms, kit.services.action_items).register(routes)


CONVERSATION = Conversation(_listen)
