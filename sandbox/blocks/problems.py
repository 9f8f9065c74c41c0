"""What is wrong with a block, and where."""

from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing Slack would refuse. `pointer` is a JSON pointer; `constraint` says what would have been right."""

    pointer: str
    text: str
    code: str = "failed_constraint"
    constraint: dict[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """Return the line that Slack's answers carry."""
        return f"{self.text} [json-pointer:{self.pointer}]"

    def within(self, path: str) -> "Problem":
        """Return the same problem seen from further out."""
        return replace(self, pointer=path + self.pointer)
