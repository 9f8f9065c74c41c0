"""Notices about the watch after the resolution."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchAnsweredNotice:
    """Somebody answered by mail how the account is, in their own words: a person decides whether to reopen it."""

    word: ClassVar[str] = "watch answered"

    question: int
    by: str
    words: str
