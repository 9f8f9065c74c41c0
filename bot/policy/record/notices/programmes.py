"""Notices about proposed programmes."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalAnsweredNotice:
    """A proposed programme was answered; by nobody if it was accepted because nobody answered in time."""

    word: ClassVar[str] = "proposal answered"

    by: str | None
    reason: str | None
