"""Notices about what the customer does."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from bot.policy.record.payloads import IF_GIVEN


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedUpNotice:
    """The customer has followed up, for the customer owner. `due` is when they get an update, if one is owed."""

    word: ClassVar[str] = "followed up"

    by: str
    said: str = ""
    due: datetime | None = None
    # The update was overdue already then.
    is_overdue: bool | None = field(default=None, metadata=IF_GIVEN)
