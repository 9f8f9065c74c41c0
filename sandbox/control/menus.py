"""External menus: the options an app returns for typed text."""

from typing import Any

from sandbox.blocks.checks import Shape, listing, may
from sandbox.blocks.composition import PLAIN_OPTION, groups
from sandbox.blocks.walk import Spot
from sandbox.control.interact import Interactions
from sandbox.control.places import InView, Place
from sandbox.delivery import payloads
from sandbox.errors import Misuse
from sandbox.state.people import User
from sandbox.state.views import View

Json = dict[str, Any]

ANSWER = Shape({"options": may(listing(PLAIN_OPTION, most=100)), "option_groups": may(groups)})

SHORTEST_QUERY = 3
"""Slack's default of `min_query_length`."""


async def ask(interactions: Interactions, user: User, place: Place, spot: Spot, query: str) -> Json:
    """Request options from the app and return its response; a `problem` says what is wrong with it."""
    if len(query) < spot.element.get("min_query_length", SHORTEST_QUERY):
        return {"options": [], "problem": "the query is shorter than min_query_length, so the app is not asked"}
    workspace = interactions.workspace
    app = place.app(workspace)
    if app.events_url and not app.manifest.options_url:
        # Over HTTP Slack requests options only there.
        return {"options": [], "problem": "the manifest names no Options Load URL (message_menu_options_url)"}
    asking = {"action_id": spot.action_id, "block_id": spot.block_id, "value": query}
    payload = payloads.interaction(workspace, app, user, "block_suggestion", **place.payload(workspace), **asking)
    receipt = await interactions.interact(app, payload)
    if not receipt.acknowledged:
        return {"options": [], "problem": receipt.failure or f"HTTP status {receipt.status}"}
    answer = receipt.body if isinstance(receipt.body, dict) else {}
    if problems := list(ANSWER(answer, "", "modal")):
        return {"options": [], "problem": " ".join(problem.message for problem in problems)}
    if isinstance(place, InView):
        place.view.offered[spot.block_id] = flat(answer)
    return {key: answer[key] for key in ("options", "option_groups") if answer.get(key) is not None} or {"options": []}


def flat(answer: Json) -> list[Json]:
    """Return all options of a response, including those in groups."""
    grouped = [option for group in answer.get("option_groups") or [] for option in group["options"]]
    return [*(answer.get("options") or []), *grouped]


async def offered(interactions: Interactions, user: User, place: Place, spot: Spot, plain: Any) -> list[Json]:
    """Return the options to select plain values from.

    These are the options the app has returned before and, for each value not among them, those it returns for it.
    """
    wanted = [str(item) for item in (plain if isinstance(plain, list) else [plain]) if item not in (None, "")]
    known = _known(place.view, spot) if isinstance(place, InView) else []
    for word in wanted:
        if _has(known, word):
            continue
        answer = await ask(interactions, user, place, spot, word)
        known.extend(flat(answer))
        if not _has(known, word) and "problem" in answer:
            raise Misuse("no_options", f"{spot.action_id} offers nothing for {word!r}: {answer['problem']}")
    return known


def _known(view: View, spot: Spot) -> list[Json]:
    """Return the options the app has returned in this view, and the selected ones, which stay valid."""
    held = view.values.get(spot.block_id, {}).get(spot.action_id, {})
    single = held.get("selected_option")
    return [*view.offered.get(spot.block_id, []), *([single] if single else held.get("selected_options") or [])]


def _has(known: list[Json], word: str) -> bool:
    return any(word in (option["value"], option["text"]["text"]) for option in known)
