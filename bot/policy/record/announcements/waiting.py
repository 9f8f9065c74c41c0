"""Announcements about waiting for the customer, and about what the customer does meanwhile."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal

from bot.policy.record.payloads import IF_GIVEN


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitBegan:
    """We wait for the customer, until the limit at the latest. `paused` is what pauses meanwhile."""

    word: ClassVar[str] = "waiting for customer"

    by: str
    reason: str
    until: datetime
    paused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitOver:
    """We don't wait any more: somebody ended it, or the limit has come (`by` is None)."""

    word: ClassVar[str] = "wait over"

    by: str | None
    why: Literal["resumed", "limit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFollowedUp:
    """The customer has followed up. `due` is when they get an update; None if none is owed any more."""

    word: ClassVar[str] = "customer followed up"

    by: str
    owner: str
    said: str = ""
    permalink: str | None = None
    due: datetime | None = None
    # The update was overdue already then.
    is_overdue: bool | None = field(default=None, metadata=IF_GIVEN)


WaitingAnnouncement = WaitBegan | WaitOver | CustomerFollowedUp
