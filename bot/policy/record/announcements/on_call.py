"""Announcements about who gets the pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesMoved:
    """The pages of a role go to `person` from now on, who is on call or stands in. `owner` keeps the role."""

    word: ClassVar[str] = "pages moved"

    role: str
    person: str
    before: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderAway:
    """Somebody who holds roles is away; `stand_in` gets their pages, if there is one."""

    word: ClassVar[str] = "holder away"

    person: str
    stand_in: str | None
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderBack:
    """Somebody who holds roles is back."""

    word: ClassVar[str] = "holder back"

    person: str


OnCallAnnouncement = PagesMoved | HolderAway | HolderBack
