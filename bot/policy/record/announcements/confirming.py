"""Announcements about questions to the customer and their answers."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAsked:
    """A question was mailed to the customer: `kind` is a word of `QuestionKind`."""

    word: ClassVar[str] = "customer asked"

    by: str
    address: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerConfirmed:
    """The customer said that it is solved: to `by`, with this evidence, or by the link that was mailed to them."""

    word: ClassVar[str] = "customer confirmed"

    customer: str
    evidence: str = ""
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerNotYet:
    """The customer said that it isn't solved; `reopened` if that reopened it."""

    word: ClassVar[str] = "customer not yet"

    customer: str
    said: str
    reopened: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRated:
    """The customer said how satisfied they are, from 1 to 5."""

    word: ClassVar[str] = "customer rated"

    customer: str
    rating: int
    said: str | None = None


ConfirmingAnnouncement = CustomerAsked | CustomerConfirmed | CustomerNotYet | CustomerRated
