"""What went to and fro, numbered, for tests, benchmarks and the page's inspector. The oldest is forgotten first."""

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
    """Entries with sequence numbers that only ever grow, also over a reset.

    They are kept as JSON: what was sent is what is told, whatever has become of the records since.
    """

    def __init__(self) -> None:
        self._entries = Recent(MOST_ENTRIES)
        self.last = 0

    def add(self, entry: Json, written: Mapping[str, str] = NOTHING) -> str:
        """Write an entry down and return it as JSON, with its number; parts that are very long are left out.

        `written` holds parts that are JSON already, under the same names, to spare writing them twice.
        """
        self.last += 1
        parts = {name: _part(value, written.get(name)) for name, value in entry.items()}
        text = "{" + ", ".join([f'"seq": {self.last}', *(f'"{name}": {part}' for name, part in parts.items())]) + "}"
        self._entries.add(self.last, text)
        return text

    def since(self, seq: int) -> list[str]:
        """Return what came after an entry, oldest first, each as JSON."""
        return [text for _, text in self._entries.after(seq)]


def _part(value: Any, text: str | None) -> str:
    text = json.dumps(value) if text is None else text
    if len(text) <= LARGEST_PART or not isinstance(value, dict):
        return text
    return json.dumps({"ok": value.get("ok"), "error": value.get("error"), "left_out": len(text)})
