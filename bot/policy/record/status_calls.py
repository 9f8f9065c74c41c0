"""Status calls of an account programme with its customer (docs/programme.md#status-calls)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CallState(StrEnum):
    """The state of a status call."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCallFacts:
    """One call: when, in whose zone it is announced, who holds it, where, and who is invited by mail.

    `uid` is what calendars know it by, `sequence` counts what invitations have said: they go by the highest one.
    `note` is what was agreed.
    """

    id: int
    uid: str
    at: datetime
    zone: str
    owner: str
    link: str | None
    invited: tuple[str, ...]
    sequence: int
    state: CallState
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCall:
    """The call that is planned: as much of it as reminders and the card need."""

    id: int
    at: datetime
    owner: str
    link: str | None = None
