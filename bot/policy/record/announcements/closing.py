"""Announcements about mitigating, resolving, closing and reopening."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from bot.policy.record.payloads import IF_GIVEN, WHEN_SHOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Mitigated:
    """The harm has stopped."""

    word: ClassVar[str] = "mitigated"

    by: str
    note: str | None = None
    # Who undid it, once somebody has.
    undone_by: str | None = field(default=None, metadata=IF_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """A mitigation or a resolution was undone; `ended` is that status, and `status` the one before it."""

    word: ClassVar[str] = "undone"

    by: str
    ended: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """It is resolved."""

    word: ClassVar[str] = "resolved"

    by: str
    fixed: str
    # Who undid it, once somebody has.
    undone_by: str | None = field(default=None, metadata=IF_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """The review was linked or finished, or corrective actions were added; `actions` is how many."""

    word: ClassVar[str] = "reviewed"

    by: str
    url: str | None = None
    actions: int = 0
    finished_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """It is closed. `archives_at` is when the channel is archived; None if it stays, or an earlier version wrote it."""

    word: ClassVar[str] = "closed"

    by: str
    summary: str
    archives_at: datetime | None = field(default=None, metadata=IF_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOpen:
    """The channel isn't archived after closing."""

    word: ClassVar[str] = "kept open"

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitCriteriaWritten:
    """The conditions for closing were written down; `customer` is who agreed to them there."""

    word: ClassVar[str] = "exit criteria"

    by: str
    words: str
    customer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """It is withdrawn. `names` has the duplicate; `left_out` if that may not be named any more."""

    word: ClassVar[str] = "withdrawn"

    by: str
    reason: str
    duplicate_of: int | None = None
    archives_at: datetime | None = field(default=None, metadata=IF_GIVEN)
    names: tuple[int, ...] = ()
    left_out: tuple[int, ...] = field(default=(), metadata=WHEN_SHOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """It was reopened."""

    word: ClassVar[str] = "reopened"

    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationWaived:
    """The customer's confirmation was waived. `count` is how many waivers this person gave in 90 days."""

    word: ClassVar[str] = "confirmation waived"

    by: str
    reason: str
    count: int | None = field(default=None, metadata=IF_GIVEN)


ClosingAnnouncement = (
    Mitigated
    | Undone
    | Resolved
    | Reviewed
    | Closed
    | KeptOpen
    | ExitCriteriaWritten
    | Withdrawn
    | Reopened
    | ConfirmationWaived
)
