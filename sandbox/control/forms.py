"""Modals: filling them in, submitting them, closing them."""

from dataclasses import dataclass
from typing import Any

from sandbox.blocks.state import KEPT, entry, is_empty
from sandbox.blocks.walk import Spot, spots
from sandbox.control import menus
from sandbox.control.control_call import ControlCall
from sandbox.control.interact import Interactions
from sandbox.control.outcomes import Outcome, close_all
from sandbox.control.places import InView, top
from sandbox.control.values import Entry, Refusal
from sandbox.delivery import payloads
from sandbox.errors import Misuse
from sandbox.state.people import User
from sandbox.state.views import View

Json = dict[str, Any]

REQUIRED = "Please complete this required field."


async def submit(interactions: Interactions, call: ControlCall) -> Json:
    """Fill in the top modal and submit it. Fields that are not given keep their values."""
    call.only("user", "values")
    user = call.user()
    view = top(interactions.workspace, user)
    if not view.content.get("submit"):
        raise Misuse("no_submit", f"the modal {view.content.get('callback_id') or view.id} has no submit button")
    values = call.given.get("values") or {}
    if not isinstance(values, dict):
        raise Misuse("not_values", "'values' maps block ids to plain values")
    form = Form(interactions, call, user, view)
    errors = await form.fill(values) or form.missing()
    if errors:
        return {"result": "errors", "errors": errors, "view": view.as_json()}
    app = interactions.workspace.app(view.app_id)
    form.give_files(app.id)
    payload = payloads.interaction(
        interactions.workspace,
        app,
        user,
        "view_submission",
        trigger_id=interactions.workspace.triggers.issue(app.id, user.id, view_id=view.id),
        view=view.as_json(),
        response_urls=form.response_urls(),
    )
    receipt = await interactions.interact(app, payload)
    return Outcome(interactions, user, view).of(receipt)


@dataclass(frozen=True)
class Form:
    """The modal a person fills in."""

    interactions: Interactions
    call: ControlCall
    user: User
    view: View

    async def fill(self, values: Json) -> dict[str, str]:
        """Enter plain values into the state; return the errors Slack's client shows below fields."""
        errors: dict[str, str] = {}
        for spot, plain in [pair for block_id, given in values.items() for pair in self._meant(block_id, given)]:
            try:
                value = await self._value(spot, plain)
            except Refusal as refusal:
                errors[spot.block_id] = str(refusal)
                value = plain
            self.view.values.setdefault(spot.block_id, {})[spot.action_id] = entry(spot.element, value)
        if values:
            self.interactions.workspace.changes.tell("view_filled", view=self.view)
        return errors

    async def _value(self, spot: Spot, plain: Any) -> Any:
        offered = None
        if spot.type.endswith("external_select"):
            offered = await menus.offered(self.interactions, self.user, InView(self.view), spot, plain)
        return Entry(self.call, self.user, offered).read(spot.element, plain)

    def _meant(self, block_id: str, given: Any) -> list[tuple[Spot, Any]]:
        """Return the elements a block id refers to, each with its plain value; for several, the value is `{action_id.

        Value}`.
        """
        kept = [spot for spot in spots(self.view.blocks) if spot.type in KEPT]
        here = {spot.action_id: spot for spot in kept if spot.block_id == block_id}
        if not here:
            known = ", ".join(dict.fromkeys(spot.block_id for spot in kept)) or "none"
            raise Misuse("block_not_found", f"no field has the block_id {block_id!r}; there are: {known}")
        if isinstance(given, dict) and given and set(given) <= set(here):
            return [(here[action_id], plain) for action_id, plain in given.items()]
        if len(here) > 1:
            names = ", ".join(here)
            raise Misuse("ambiguous", f"{block_id!r} holds several fields; give {{action_id: value}} for {names}")
        return [(next(iter(here.values())), given)]

    def missing(self) -> dict[str, str]:
        """Return the errors for required fields that are empty."""
        inputs = [spot for spot in spots(self.view.blocks) if spot.is_input and not spot.block.get("optional")]
        return {s.block_id: REQUIRED for s in inputs if is_empty(self.view.values[s.block_id][s.action_id])}

    def give_files(self, app_id: str) -> None:
        """Grant the app access to the files of the form."""
        for spot in spots(self.view.blocks):
            held = self.view.values.get(spot.block_id, {}).get(spot.action_id, {})
            for file in (self.interactions.workspace.files[given["id"]] for given in held.get("files") or []):
                file.apps = [*{*file.apps, app_id}]

    def response_urls(self) -> list[Json]:
        """Return new response_urls for conversation menus with `response_url_enabled`."""
        workspace = self.interactions.workspace
        app = workspace.app(self.view.app_id)
        urls = []
        for spot in spots(self.view.blocks):
            held = self.view.values.get(spot.block_id, {}).get(spot.action_id, {})
            chosen = held.get("selected_conversation") or held.get("selected_channel")
            if not spot.element.get("response_url_enabled") or not chosen:
                continue
            url = self.interactions.responses.url(app, self.user.id, workspace.channels[chosen])
            ids = {"block_id": spot.block_id, "action_id": spot.action_id, "channel_id": chosen}
            urls.append(ids | {"response_url": url})
        return urls


async def close(interactions: Interactions, call: ControlCall) -> Json:
    """Close the top modal, or all modals with `all` or if the modal has `clear_on_close`."""
    call.only("user", "all")
    user = call.user()
    workspace = interactions.workspace
    view = top(workspace, user)
    cleared = bool(call.given.get("all") or view.content.get("clear_on_close"))
    if cleared:
        closed = close_all(workspace, user)
    else:
        closed = [view]
        workspace.views.pop(user.id)
        workspace.changes.tell("view_closed", view=view)
    for gone in closed:
        if gone.content.get("notify_on_close"):
            app = workspace.app(gone.app_id)
            told = payloads.interaction(workspace, app, user, "view_closed", view=gone.as_json(), is_cleared=cleared)
            await interactions.interact(app, told)
    left = workspace.views.stack(user.id)
    return {"closed": [gone.id for gone in closed], "view": left[-1].as_json() if left else None}
