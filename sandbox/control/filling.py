"""Entering values into a modal without submitting it; later payloads include them."""

from typing import Any

from sandbox.control.control_call import ControlCall
from sandbox.control.forms import Form
from sandbox.control.interact import Interactions
from sandbox.control.places import top
from sandbox.errors import Misuse

Json = dict[str, Any]


async def fill(interactions: Interactions, call: ControlCall) -> Json:
    """Enter plain values into the top modal; `errors` are what Slack's client shows below fields."""
    call.only("user", "values")
    user = call.user()
    values = call.given.get("values")
    if not isinstance(values, dict) or not values:
        raise Misuse("not_values", "'values' maps block ids to plain values")
    view = top(interactions.workspace, user)
    return {"errors": await Form(interactions, call, user, view).fill(values), "view": view.as_json()}
