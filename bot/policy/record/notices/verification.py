"""Notices about identity checks."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalWantedNotice:
    """An identity was checked and waits for approval. `checked` pairs a factor's label with who checked it."""

    word: ClassVar[str] = "approval wanted"

    tier: str
    checked: tuple[tuple[str, str], ...]
