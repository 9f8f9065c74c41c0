"""What an examination finds: one line for each thing, with what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a thing stands: in order, worth a look, or wrong."""

    OK = "ok"
    LOOK = "look"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, how it stands, and what to do where something is to be done."""

    what: str
    state: State
    says: str
    do: str | None = None


def listed(names: Sequence[str], count: int) -> str:
    """Write the first names of so many, with an ellipsis where there are more."""
    return ", ".join(names) + (", …" if count > len(names) else "")
