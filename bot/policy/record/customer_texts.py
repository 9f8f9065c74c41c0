"""Texts for the customer, as facts: what became of each, and who told the customer how (docs/sending.md)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class TextState(StrEnum):
    """The state of a text for the customer. Only a text that was sent or said has reached them."""

    DRAFT = "draft"
    ASKED = "asked"  # for approval
    APPROVED = "approved"  # on its way
    SENT = "sent"
    SAID = "said"  # by a person, who recorded it
    FAILED = "failed"
    DROPPED = "dropped"  # another text took its place


class TextRoute(StrEnum):
    """The way a text reaches the customer: ours, or what a person did."""

    MAIL = "mail"
    SLACK = "slack"
    PERSON = "person"  # a person who doesn't say how
    PHONE = "phone"
    OWN_MAIL = "own mail"
    MEETING = "meeting"
    CHAT = "chat"


OURS: Final = frozenset({TextRoute.MAIL, TextRoute.SLACK})
TOLD: Final = frozenset({TextState.SENT, TextState.SAID})
# A text that still waits for somebody or something.
OPEN: Final = frozenset({TextState.DRAFT, TextState.ASKED, TextState.APPROVED, TextState.FAILED})


class Arrival(StrEnum):
    """The result of a text on its way to one address or channel."""

    WAITING = "waiting"
    ARRIVED = "arrived"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Recipient:
    """An address or channel that a text goes to, and what became of it there. `why` is the reason of a failure."""

    to: str
    state: Arrival = Arrival.WAITING
    at: datetime | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How the customer is to be told, as a person chose it. Without a route it is kept as a draft.

    `asks` means that somebody else approves it first. `told_at` is when a person told the customer, if not just now.
    """

    route: TextRoute | None = TextRoute.PERSON
    asks: bool = False
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerTextFacts:
    """A text for the customer. `update` is the update it belongs to; `at` is when it was written.

    `told_at` is when it reached the customer, `told_by` who sent or said it. `why` is the reason of the last failure.
    """

    id: int
    update: int
    words: str
    state: TextState
    route: TextRoute | None
    by: str
    at: datetime
    next_at: datetime | None
    asked_of: str | None = None
    expires_at: datetime | None = None
    approved_by: str | None = None
    told_by: str | None = None
    told_at: datetime | None = None
    recipients: tuple[Recipient, ...] = ()
    why: str | None = None

    @property
    def is_told(self) -> bool:
        """Return True if the customer has it."""
        return self.state in TOLD

    @property
    def can_be_reworded(self) -> bool:
        """Return True if its words may still be corrected here: what we sent stays as it was sent."""
        return self.state is TextState.SAID


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenText:
    """The newest text that hasn't reached the customer: as much of it as the card and the timers need."""

    id: int
    update: int
    state: TextState
    route: TextRoute | None
    by: str
    at: datetime
    asked_of: str | None = None
    expires_at: datetime | None = None
    why: str | None = None
