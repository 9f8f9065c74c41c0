"""The ids that Slack adds to blocks and elements without one."""

from typing import Any

from sandbox.ids import secret

Json = dict[str, Any]

PICKED_FROM = ("static", "external", "users", "conversations", "channels")
MENUS = frozenset({f"{many}{kind}_select" for kind in PICKED_FROM for many in ("", "multi_")})
INTERACTIVE = MENUS | {
    "button",
    "checkboxes",
    "datepicker",
    "datetimepicker",
    "email_text_input",
    "feedback_buttons",
    "file_input",
    "icon_button",
    "number_input",
    "overflow",
    "plain_text_input",
    "radio_buttons",
    "rich_text_input",
    "timepicker",
    "url_text_input",
    "workflow_button",
}
"""The interactive elements."""


def identify(blocks: list[Json]) -> list[Json]:
    """Return the blocks with a `block_id` on each and an `action_id` on each interactive element."""
    return [_block(block) for block in blocks]


def _block(block: Json) -> Json:
    block = block if block.get("block_id") else block | {"block_id": secret(6)}
    for key in ("element", "accessory"):
        if isinstance(block.get(key), dict):
            block = block | {key: _element(block[key])}
    for key in ("elements", "actions"):
        if isinstance(block.get(key), list):
            block = block | {key: [_element(element) for element in block[key]]}
    if isinstance(block.get("child_blocks"), list):
        block = block | {"child_blocks": identify(block["child_blocks"])}
    return block


def _element(element: Json) -> Json:
    if element.get("type") == "card":
        return _block(element)
    if element.get("type") in INTERACTIVE and not element.get("action_id"):
        return element | {"action_id": secret(6)}
    return element
