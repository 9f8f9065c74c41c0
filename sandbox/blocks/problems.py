"""Problems of blocks: what is wrong, and where."""

from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing Slack would reject. `pointer` is a JSON pointer; `constraint` says what is valid."""

    pointer: str
    text: str
    code: str = "failed_constraint"
    constraint: dict[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """Return the line for Slack's response."""
        return f"{self.text} [json-pointer:{self.pointer}]"

    def within(self, path: str) -> "Problem":
        """Return the problem with its pointer prefixed by `path`."""
        return replace(self, pointer=path + self.pointer)
