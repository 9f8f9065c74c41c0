"""Findings of an examination: one line each, with what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """The state of a finding: fine, worth a look, or wrong."""

    OK = "ok"
    LOOK = "look"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was examined, its state, and what to do if anything."""

    what: str
    state: Grade
    says: str
    do: str | None = None


def listed(names: Sequence[str], count: int) -> str:
    """Return the first names of `count`, with an ellipsis if there are more."""
    return ", ".join(names) + (", …" if count > len(names) else "")
