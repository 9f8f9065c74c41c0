"""The post-incident review as facts: what people wrote, where it stands, and what of the record belongs in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from bot.policy.record.promises import PromiseFacts, PromiseTally
from bot.policy.record.timeline import TimelineLine
from bot.policy.record.updates import PostedUpdate


class ReviewState(StrEnum):
    """Where a review that is written here stands."""

    DRAFT = "draft"  # as the record has it; nobody has written anything
    WRITTEN = "written"
    ASKED = "asked"  # somebody may sign it off
    RETURNED = "returned"
    SIGNED = "signed"


class ReviewRoute(StrEnum):
    """How a review is published in Slack."""

    CANVAS = "canvas"
    FILE = "file"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Debrief:
    """A debrief: on which day, and with whom."""

    on: date
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewWords:
    """The parts people write. `story` is None while the draft from the record is unchanged."""

    story: str | None = None
    whys: str = ""
    contributing: str | None = None
    went_well: str = ""
    went_wrong: str = ""
    lucky: str = ""
    customer_debrief: Debrief | None = None
    team_debrief: Debrief | None = None


NOTHING_WRITTEN: Final = ReviewWords()


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenReview:
    """The review as people have written it, who wrote last, and why it was returned.

    Where it stands is in the facts of the escalation (`bot.policy.record.ending.Review`).
    """

    words: ReviewWords = NOTHING_WRITTEN
    written_by: str | None = None
    written_at: datetime | None = None
    comment: str | None = None


NOT_WRITTEN: Final = WrittenReview()
# Of a long timeline, and of many updates, a review has so many of the first and so many of the last.
EACH_END: Final = 25
MOST_PROMISES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRecord:
    """The part of the record that belongs in a review. Lists are bounded; the numbers say how many are left out.

    `promises` are those to the customer that came late or were broken. `names` are people's names by identity.
    """

    events: tuple[TimelineLine, ...] = ()
    events_left_out: int = 0
    updates: tuple[PostedUpdate, ...] = ()
    updates_left_out: int = 0
    tally: PromiseTally = field(default_factory=PromiseTally)
    promises: tuple[PromiseFacts, ...] = ()
    promises_left_out: int = 0
    names: Mapping[str, str] = field(default_factory=dict)
