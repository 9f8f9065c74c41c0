"""Walking through blocks to the elements that people act on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.blocks.identify import INTERACTIVE

Json = dict[str, Any]


@dataclass(frozen=True)
class Spot:
    """An element and the block it stands in."""

    block: Json
    element: Json

    @property
    def block_id(self) -> str:
        """The id of the block."""
        return str(self.block["block_id"])

    @property
    def action_id(self) -> str:
        """The id of the element."""
        return str(self.element["action_id"])

    @property
    def type(self) -> str:
        """The type of the element."""
        return str(self.element["type"])

    @property
    def is_input(self) -> bool:
        """Tell whether the element is the field of an input block."""
        return bool(self.block["type"] == "input")

    @property
    def dispatches(self) -> bool:
        """Tell whether using the element sends `block_actions`."""
        return not self.is_input or bool(self.block.get("dispatch_action"))


def all_blocks(blocks: list[Json]) -> Iterator[Json]:
    """Go through blocks and the blocks inside them."""
    for block in blocks:
        yield block
        yield from all_blocks(block.get("child_blocks") or [])
        if block["type"] == "carousel":
            yield from all_blocks(block["elements"])


def spots(blocks: list[Json]) -> Iterator[Spot]:
    """Go through the elements that people act on, in the order in which they are drawn."""
    for block in all_blocks(blocks):
        candidates = [
            block.get("element"),
            block.get("accessory"),
            *block.get("elements", ()),
            *block.get("actions", ()),
        ]
        for element in candidates:
            if isinstance(element, dict) and element.get("type") in INTERACTIVE:
                yield Spot(block, element)
