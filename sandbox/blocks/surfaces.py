"""The rules for a message, a modal or a Home tab: for each block, and for all of them together."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sandbox.blocks.checks import flag, listing, may, need, text, typed
from sandbox.blocks.composition import identifier, plain
from sandbox.blocks.layouts import BLOCKS
from sandbox.blocks.problems import Problem
from sandbox.blocks.walk import all_blocks, spots

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100

MOST_OF_A_KIND = {"table": 1, "data_visualization": 2}
"""The most blocks of these types in a message."""

VIEW = {
    "private_metadata": may(text(3000)),
    "callback_id": may(identifier),
    "external_id": may(identifier),
}
MODAL = typed(
    "modal",
    VIEW
    | {
        "title": need(plain(24)),
        "submit": may(plain(24)),
        "close": may(plain(24)),
        "clear_on_close": may(flag),
        "notify_on_close": may(flag),
        "submit_disabled": may(flag),
        "blocks": need(listing(BLOCKS, most=VIEW_BLOCKS)),
    },
)
HOME = typed("home", VIEW | {"blocks": need(listing(BLOCKS, most=VIEW_BLOCKS))})


def check_message(blocks: Any, pointer: str = "/blocks") -> list[Problem]:
    """Return what Slack would reject in the blocks of a message."""
    problems = list(listing(BLOCKS, most=MESSAGE_BLOCKS)(blocks, pointer, "message"))
    return problems or [*_unique(blocks, pointer), *_too_many(blocks, pointer), *_only_in_modals(blocks, pointer)]


def check_view(view: Any, kind: str, pointer: str = "/view") -> list[Problem]:
    """Return what Slack would reject in a view; `kind` is the required type, `modal` or `home`."""
    shape = MODAL if kind == "modal" else HOME
    given = view.get("type") if isinstance(view, dict) else None
    if given is not None and given != kind:
        return [Problem(f"{pointer}/type", f"unsupported type: {given}", constraint={"expected": [kind]})]
    problems = list(shape(view, pointer, kind))
    if problems:
        return problems
    blocks = f"{pointer}/blocks"
    elsewhere = [] if kind == "modal" else [*_only_in_modals(view["blocks"], blocks)]
    return [*_unique(view["blocks"], blocks), *_focus(view, pointer), *_submit(view, pointer), *elsewhere]


def _unique(blocks: list[Any], pointer: str) -> Iterator[Problem]:
    """Require unique block ids, and unique element ids within a block."""
    ids = Counter(block["block_id"] for block in all_blocks(blocks) if block.get("block_id"))
    for index, block in enumerate(blocks):
        if ids[block.get("block_id")] > 1:
            yield Problem(f"{pointer}/{index}/block_id", f"duplicate block_id: {block['block_id']}", "duplicate_id")
        actions = Counter(spot.element.get("action_id") for spot in spots([block]) if spot.block is block)
        for action_id, times in actions.items():
            if action_id and times > 1:
                yield Problem(f"{pointer}/{index}", f"duplicate action_id: {action_id}", "duplicate_id")


def _too_many(blocks: list[Any], pointer: str) -> Iterator[Problem]:
    kinds = Counter(block["type"] for block in all_blocks(blocks))
    for kind, most in MOST_OF_A_KIND.items():
        if kinds[kind] > most:
            constraint = {"type": "max_items", "expected": most}
            yield Problem(pointer, f"no more than {most} {kind} blocks allowed", constraint=constraint)


def _only_in_modals(blocks: list[Any], pointer: str) -> Iterator[Problem]:
    """Forbid elements that Slack has in modals alone."""
    for index, block in enumerate(blocks):
        if block["type"] == "input" and block["element"]["type"] == "file_input":
            yield Problem(f"{pointer}/{index}/element/type", "unsupported type: file_input")


def _focus(view: dict[str, Any], pointer: str) -> Iterator[Problem]:
    """Forbid more than one focused element."""
    if sum(bool(spot.element.get("focus_on_load")) for spot in spots(view["blocks"])) > 1:
        yield Problem(f"{pointer}/blocks", "only one element may set focus_on_load")


def _submit(view: dict[str, Any], pointer: str) -> Iterator[Problem]:
    """Require a submit button if there is input."""
    has_input = any(block["type"] == "input" for block in all_blocks(view["blocks"]))
    if view["type"] == "modal" and has_input and not view.get("submit"):
        yield Problem(pointer, "missing required field: submit", "missing_field", {"expected": "submit"})
