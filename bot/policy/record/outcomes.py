"""After closing: the issue summary, and what was learned."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SolvedBy(StrEnum):
    """The people who solved it."""

    SPECIALISTS = "specialists"
    FIRST_LEVEL = "first level"
    CUSTOMER = "customer"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Lessons: who solved it, whether first level could have, and what to try instead of escalating."""

    solved_by: SolvedBy
    first_level_could: bool
    to_try: str | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpCall:
    """A follow-up call with the customer: when, who calls, and what was noted of it."""

    at: datetime
    owner: str
    note: str | None = None
    noted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueSummary:
    """The issue summary as it was sent last."""

    text: str
    by: str
    sent_at: datetime
