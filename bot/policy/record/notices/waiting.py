"""Notices about what the customer does."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedUpNotice:
    """The customer has followed up, for the customer owner. `due` is when they get an update, if one is owed."""

    word: ClassVar[str] = "followed up"

    by: str
    said: str = ""
    due: datetime | None = None
