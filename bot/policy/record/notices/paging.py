"""Notices to people who are told or brought in without a page."""

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


PagingNotice = BroughtInNotice | ToldNotice
