"""Entering values into a modal without submitting it; later payloads include them."""

from typing import Any

from sandbox.control.asked import Asked
from sandbox.control.forms import Form
from sandbox.control.interact import Hands
from sandbox.control.places import top
from sandbox.errors import Misuse

Json = dict[str, Any]


async def fill(hands: Hands, asked: Asked) -> Json:
    """Enter plain values into the top modal; `errors` are what Slack's client shows below fields."""
    asked.only("user", "values")
    user = asked.user()
    values = asked.given.get("values")
    if not isinstance(values, dict) or not values:
        raise Misuse("not_values", "'values' maps block ids to plain values")
    view = top(hands.workspace, user)
    return {"errors": await Form(hands, asked, user, view).fill(values), "view": view.as_json()}
