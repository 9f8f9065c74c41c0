"""How an escalation ends, as facts: confirmation, review, closure, withdrawal."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class CorrectiveActionFacts:
    """A corrective action; owner and date are required."""

    what: str
    owner: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Review:
    """The post-incident review: where it is, when it was finished, what will be done."""

    url: str | None
    finished_on: date | None
    actions: tuple[CorrectiveActionFacts, ...]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The customer's confirmation that it is solved: who gave it, how, when, and a link or their words."""

    by: str
    how: str
    at: datetime
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """The customer's rating of how it was handled, from 1 to 5, and their words."""

    of_five: int
    words: str | None


@dataclass(frozen=True, slots=True)
class Waiver:
    """A manager's waiver of the customer's confirmation, by name and with a reason."""

    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AgreedExitCriteria:
    """The exit criteria. `customer` is who agreed for the customer, if anybody; `by` recorded them."""

    words: str
    customer: str | None
    by: str


@dataclass(frozen=True, slots=True)
class Closure:
    """The closure, as announced."""

    at: datetime
    by: str
    summary: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The withdrawal of a mistaken declaration, or of a duplicate."""

    reason: str
    duplicate_of: int | None
