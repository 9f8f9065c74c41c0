"""Notices about paging: to people who are told or brought in without a page, and of the end of the ladder."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtInNotice:
    """Somebody is brought in as the holder of a role, because the impact hasn't stopped `after` that time."""

    word: ClassVar[str] = "brought in"

    role: str
    after: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldNotice:
    """It was declared at a level, or reached that level later: the holder of a role is told."""

    word: ClassVar[str] = "told"

    role: str
    level: str
    is_upgrade: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderEndedNotice:
    """Nobody has responded, and the ladder ends here. `person` is the last whom a page has reached."""

    word: ClassVar[str] = "ladder ended"

    person: str | None
    page: int


PagingNotice = BroughtInNotice | LadderEndedNotice | ToldNotice
