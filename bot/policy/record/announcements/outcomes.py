"""Announcements about what follows closing."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarySent:
    """The issue summary was sent: it is posted, and mailed to these addresses."""

    word: ClassVar[str] = "summary sent"

    by: str
    text: str
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeNoted:
    """Lessons were noted: `solved_by` is a word of `SolvedBy`."""

    word: ClassVar[str] = "outcome noted"

    by: str
    solved_by: str
    first_level_could: bool
    to_try: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPlanned:
    """A follow-up call is planned."""

    word: ClassVar[str] = "call planned"

    by: str
    owner: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNoted:
    """A follow-up call was held."""

    word: ClassVar[str] = "call noted"

    by: str
    said: str


OutcomeAnnouncement = SummarySent | OutcomeNoted | CallPlanned | CallNoted
