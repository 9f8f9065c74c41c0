"""Questions to the customer, each mailed with a signed link: is it solved, and how satisfied are they."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.policy.names import is_channel_id

# Why a mail counts as not sent, once it came back.
CAME_BACK: Final = "their mail server sent it back"
IN_CHANNEL: Final = "someone in the shared channel"


class QuestionKind(StrEnum):
    """The kinds of questions to the customer."""

    SOLVED = "solved"
    SATISFIED = "satisfied"


class CustomerAnswer(StrEnum):
    """The customer's answer. A rating has a number from 1 to 5 beside it."""

    SOLVED = "solved"
    NOT_YET = "not yet"
    RATED = "rated"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerQuestionFacts:
    """A question to one address, or to the customer's shared channel, by its id.

    `words` were written for the customer, and nothing else in it was.

    `expires_at` is on the real clock, all other times on the business clock. `said` is what the customer wrote.
    """

    id: int
    kind: QuestionKind
    address: str
    words: str
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    sent_at: datetime | None = None
    failure: str | None = None
    answer: CustomerAnswer | None = None
    rating: int | None = None
    said: str | None = None
    answered_at: datetime | None = None

    @property
    def who(self) -> str:
        """Return who is asked: an address, or the people in the channel that is shared with the customer."""
        return IN_CHANNEL if is_channel_id(self.address) else self.address
