"""Notices about the facts of an escalation."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsMissingNotice:
    """Facts are missing: the labels of the first ones, and how many more."""

    word: ClassVar[str] = "facts missing"

    missing: tuple[str, ...]
    more: int = 0
