"""Notices about level requests."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRequestAnsweredNotice:
    """A request for another level was answered; `answer` is the reason of a no."""

    word: ClassVar[str] = "request answered"

    level: str
    by: str
    granted: bool
    answer: str | None = None
