"""A numbered log of requests and responses, for tests, benchmarks and the page's inspector. Oldest entries go first."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sandbox.recent import Recent

Json = dict[str, Any]

MOST_ENTRIES = 10_000
LARGEST_PART = 16_000
NOTHING: Mapping[str, str] = MappingProxyType({})


class Journal:
    """Entries with sequence numbers that only grow, even over a reset.

    They are stored as JSON, so that later changes of the records don't alter them.
    """

    def __init__(self) -> None:
        self._entries = Recent(MOST_ENTRIES)
        self.last = 0

    def add(self, entry: Json, written: Mapping[str, str] = NOTHING) -> str:
        """Add an entry and return it as JSON, with its number; very long parts are left out.

        `written` holds parts that are JSON already, by name, which saves encoding them twice.
        """
        self.last += 1
        parts = {name: _part(value, written.get(name)) for name, value in entry.items()}
        text = "{" + ", ".join([f'"seq": {self.last}', *(f'"{name}": {part}' for name, part in parts.items())]) + "}"
        self._entries.add(self.last, text)
        return text

    def clear(self) -> None:
        """Remove every entry; numbers go on."""
        self._entries = Recent(MOST_ENTRIES)

    def since(self, seq: int) -> list[str]:
        """Return the entries after a number, oldest first, each as JSON."""
        return [text for _, text in self._entries.after(seq)]


def _part(value: Any, text: str | None) -> str:
    text = json.dumps(value) if text is None else text
    if len(text) <= LARGEST_PART or not isinstance(value, dict):
        return text
    return json.dumps({"ok": value.get("ok"), "error": value.get("error"), "left_out": len(text)})
