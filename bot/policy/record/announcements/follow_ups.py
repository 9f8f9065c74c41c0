"""Announcements about follow-ups."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpAdded:
    """A follow-up was added: what will be done, who owns it, and by when."""

    word: ClassVar[str] = "follow-up added"

    by: str
    said: str
    owner: str
    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpChanged:
    """A follow-up changed: its state (a word of `FollowUpState`), its day or its owner. None: as before."""

    word: ClassVar[str] = "follow-up changed"

    by: str
    said: str
    state: str | None = None
    due: date | None = None
    owner: str | None = None
    reason: str | None = None


FollowUpAnnouncement = FollowUpAdded | FollowUpChanged
