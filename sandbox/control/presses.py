"""Buttons, menus and pickers: in messages, in modals, on the Home tab."""

from dataclasses import dataclass
from typing import Any

from sandbox.blocks.state import KEPT, Values, carried_over, entry
from sandbox.blocks.walk import Spot
from sandbox.control import menus
from sandbox.control.control_call import ControlCall
from sandbox.control.interact import Interactions, told
from sandbox.control.places import InMessage, InView, Place, place, spot
from sandbox.control.values import Entry, Refusal
from sandbox.delivery import payloads
from sandbox.errors import Misuse
from sandbox.ids import secret
from sandbox.state.people import User

Json = dict[str, Any]

DESCRIBED = (
    "text",
    "value",
    "icon",
    "style",
    "placeholder",
    "url",
    "confirm",
    "min_query_length",
    "accessibility_label",
)
"""The fields of an element in a payload; the options of a menu are not included."""


async def press(interactions: Interactions, call: ControlCall) -> Json:
    """Use an element: store its value and, if it dispatches, send `block_actions`."""
    call.only("user", "surface", "action_id", "block_id", "value", "channel", "ts", "app")
    user = call.user()
    here = place(call, user, call.text("surface", "message"))
    return await Press(interactions, call, user, here, spot(call, here)).do(call.given.get("value"))


async def options(interactions: Interactions, call: ControlCall) -> Json:
    """Type into an external menu and return its options; without `ts`, in the top modal."""
    call.only("user", "surface", "action_id", "block_id", "query", "channel", "ts", "app")
    user = call.user()
    here = place(call, user, call.text("surface", "message" if "ts" in call.given else "modal"))
    menu = spot(call, here)
    if not menu.type.endswith("external_select"):
        raise Misuse("not_external", f"{menu.action_id} is a {menu.type}; only external menus ask the app")
    return await menus.ask(interactions, user, here, menu, call.text("query", ""))


@dataclass(frozen=True)
class Press:
    """One use of an element by a person."""

    interactions: Interactions
    call: ControlCall
    user: User
    place: Place
    spot: Spot

    async def do(self, plain: Any) -> Json:
        """Use the element, with a plain value if it takes one."""
        action = self._described()
        if self.spot.type == "overflow":
            action["selected_option"] = self._chosen_option(plain)
        elif self.spot.type == "feedback_buttons":
            action |= self._feedback(plain)
        elif self.spot.type in KEPT:
            action |= await self._hold(plain)
        if not self.spot.dispatches:
            return {"ack": None, "status": None, "sent": False}
        return await self._send(action)

    def _described(self) -> Json:
        element = self.spot.element
        initial = [key for key in element if key.startswith("initial_")]
        described = {key: element[key] for key in (*DESCRIBED, *initial) if key in element}
        return {"type": self.spot.type, "action_id": self.spot.action_id, "block_id": self.spot.block_id, **described}

    def _chosen_option(self, plain: Any) -> Json:
        option = Entry(self.call, self.user).read(self.spot.element, plain)
        if option is None:
            raise Misuse("missing", f"{self.spot.action_id} is a menu: 'value' has to say which option")
        chosen: Json = option
        return chosen

    def _feedback(self, plain: Any) -> Json:
        for side in ("positive", "negative"):
            button = self.spot.element[f"{side}_button"]
            if plain in (side, button["value"], button["text"]["text"]):
                return {"text": button["text"], "value": button["value"]}
        raise Misuse("option_not_found", f"{self.spot.action_id} takes 'positive' or 'negative', not {plain!r}")

    async def _hold(self, plain: Any) -> Json:
        """Store a value in the element and return the payload fields for it."""
        offered = None
        if self.spot.type.endswith("external_select"):
            offered = await menus.offered(self.interactions, self.user, self.place, self.spot, plain)
        try:
            value = Entry(self.call, self.user, offered).read(self.spot.element, plain)
        except Refusal as refusal:
            raise Misuse("refused", str(refusal)) from refusal
        held = entry(self.spot.element, value)
        self._values().setdefault(self.spot.block_id, {})[self.spot.action_id] = held
        if isinstance(self.place, InView):
            self.interactions.workspace.changes.tell("view_filled", view=self.place.view)
        return {key: held[key] for key in held if key != "type"}

    def _values(self) -> Values:
        """Return the person's input on this surface."""
        if isinstance(self.place, InView):
            return self.place.view.values
        chosen = self.interactions.workspace.chosen
        key = (self.place.channel.id, self.place.message.ts, self.user.id)
        chosen[key] = carried_over(chosen.get(key, {}), self.place.blocks)
        return chosen[key]

    async def _send(self, action: Json) -> Json:
        workspace = self.interactions.workspace
        app = self.place.app(workspace)
        action["action_ts"] = payloads.action_ts(workspace)
        fields: Json = {"actions": [action], **self.place.payload(workspace)}
        if isinstance(self.place, InMessage):
            fields |= self._of_message(self.place)
        else:
            in_modal = self.place.view.id if self.place.view.type == "modal" else None
            fields["trigger_id"] = workspace.triggers.issue(app.id, self.user.id, view_id=in_modal)
        payload = payloads.interaction(workspace, app, self.user, "block_actions", **fields)
        return told(await self.interactions.interact(app, payload)) | {"sent": True}

    def _of_message(self, here: InMessage) -> Json:
        workspace = self.interactions.workspace
        app = here.app(workspace)
        return {
            "state": {"values": self._values()},
            "response_url": self.interactions.responses.url(app, self.user.id, here.channel, here.message),
            "trigger_id": workspace.triggers.issue(app.id, self.user.id, channel=here.channel.id),
            **self._of_step(here.message.execution),
        }

    def _of_step(self, execution_id: str | None) -> Json:
        """Return the payload fields of the message's workflow step, with the token to complete it."""
        execution = self.interactions.workspace.executions.get(execution_id or "")
        if execution is None:
            return {}
        return {
            "function_data": {
                "execution_id": execution.id,
                "function": {"callback_id": execution.callback_id},
                "inputs": execution.inputs,
            },
            "bot_access_token": execution.token,
            "interactivity": {
                "interactor": {"id": self.user.id, "secret": secret(24)},
                "interactivity_pointer": self.interactions.workspace.ids.new("Ip"),
            },
        }
