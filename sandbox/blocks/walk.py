"""Iterating over blocks and their interactive elements."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.blocks.identify import INTERACTIVE

Json = dict[str, Any]


@dataclass(frozen=True)
class Spot:
    """An element and its block."""

    block: Json
    element: Json

    @property
    def block_id(self) -> str:
        """Return the id of the block."""
        return str(self.block["block_id"])

    @property
    def action_id(self) -> str:
        """Return the id of the element."""
        return str(self.element["action_id"])

    @property
    def type(self) -> str:
        """Return the type of the element."""
        return str(self.element["type"])

    @property
    def is_input(self) -> bool:
        """Return True if the element belongs to an input block."""
        return bool(self.block["type"] == "input")

    @property
    def dispatches(self) -> bool:
        """Return True if using the element sends `block_actions`."""
        return not self.is_input or bool(self.block.get("dispatch_action"))


def all_blocks(blocks: list[Json]) -> Iterator[Json]:
    """Yield blocks and the blocks inside them."""
    for block in blocks:
        yield block
        yield from all_blocks(block.get("child_blocks") or [])
        if block["type"] == "carousel":
            yield from all_blocks(block["elements"])


def spots(blocks: list[Json]) -> Iterator[Spot]:
    """Yield the interactive elements in the order they are drawn."""
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
