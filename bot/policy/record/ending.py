"""How an escalation ends, as facts: confirmation, review, closure, withdrawal."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.policy.record.reviews import ReviewState


class FollowUpState(StrEnum):
    """The state of a follow-up."""

    OPEN = "open"
    IN_PROGRESS = "in progress"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def is_settled(self) -> bool:
        """Return True if nobody has to do it any more."""
        return self in (FollowUpState.DONE, FollowUpState.DROPPED)


@dataclass(frozen=True, slots=True)
class CorrectiveActionFacts:
    """A corrective action, which people call a follow-up; owner and date are required.

    `id` is 0 before it is stored, `url` leads to the same in another system, `reason` says why it was dropped.
    """

    what: str
    owner: str
    due_on: date
    url: str | None = None
    state: FollowUpState = FollowUpState.OPEN
    reason: str | None = None
    id: int = 0
    added_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """The post-incident review: where it is, when it was finished, what will be done.

    `url` is the address of one that is kept elsewhere. With a `state` it is written here, and `state_by` and `state_at`
    are of that state: who signed it off, and when.
    """

    url: str | None
    finished_on: date | None
    actions: tuple[CorrectiveActionFacts, ...]
    state: ReviewState | None = None
    state_by: str | None = None
    state_at: datetime | None = None
    # Where it is published in Slack.
    link: str | None = None

    @property
    def is_written(self) -> bool:
        """Return True if somebody has written it here."""
        return self.state is not None and self.state is not ReviewState.DRAFT

    @property
    def address(self) -> str | None:
        """Return where it can be read: where it is published, else where it is kept."""
        return self.link or self.url

    @property
    def exists(self) -> bool:
        """Return True if there is a review to read: here, or where the link leads."""
        return self.url is not None or self.is_written

    @property
    def standing(self) -> tuple[CorrectiveActionFacts, ...]:
        """Return the follow-ups that weren't dropped."""
        return tuple(action for action in self.actions if action.state is not FollowUpState.DROPPED)

    @property
    def unsettled(self) -> tuple[CorrectiveActionFacts, ...]:
        """Return the follow-ups that somebody still has to do, the earliest date first."""
        left = (action for action in self.actions if not action.state.is_settled)
        return tuple(sorted(left, key=lambda action: (action.due_on, action.id)))


@dataclass(frozen=True, slots=True)
class UndoneResolution:
    """The answers of a resolution that was undone: the next form offers them again."""

    fixed: str = ""
    confirmed_by: str | None = None
    confirmed_how: str | None = None
    evidence: str | None = None


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
