"""Notices: direct messages about what happened to an escalation, as they are stored with their effects."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from bot.policy.record.payloads import WHEN_SHOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsMissingNotice:
    """Facts are missing: the labels of the first ones, and how many more."""

    word: ClassVar[str] = "facts missing"

    missing: tuple[str, ...]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalWantedNotice:
    """An identity was checked and waits for approval. `checked` pairs a factor's label with who checked it."""

    word: ClassVar[str] = "approval wanted"

    tier: str
    checked: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRequestAnsweredNotice:
    """A request for another level was answered; `answer` is the reason of a no."""

    word: ClassVar[str] = "request answered"

    level: str
    by: str
    granted: bool
    answer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalAnsweredNotice:
    """A proposed programme was answered; by nobody if it was accepted because nobody answered in time."""

    word: ClassVar[str] = "proposal answered"

    by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChurnRiskNotice:
    """Somebody saw signals that the customer may leave."""

    word: ClassVar[str] = "churn risk"

    by: str
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReviewNotice:
    """A case review was opened: the account escalated `count` times in `days` days."""

    word: ClassVar[str] = "case review"

    count: int
    days: int
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierCase:
    """An earlier escalation with the same cause: its key, and its channel if that is open to all."""

    key: str
    channel: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SameCauseNotice:
    """The same cause recurred. `names` are the numbers that it names, `hidden` how many of them are confidential.

    `left_out` are those that may not be named any more.
    """

    word: ClassVar[str] = "same cause again"

    cause: str
    level: str
    days: int
    earlier: tuple[EarlierCase, ...]
    hidden: int
    names: tuple[int, ...] = ()
    # What was written before counts were kept names every one.
    count: int | None = None
    left_out: tuple[int, ...] = field(default=(), metadata=WHEN_SHOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOverNotice:
    """A major incident is over."""

    word: ClassVar[str] = "incident over"

    incident: int
    title: str
    fixed: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelLostNotice:
    """The channel was archived or deleted, or the bot was removed from it."""

    word: ClassVar[str] = "channel lost"

    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptForLaterNotice:
    """An action will be posted once the channel is back."""

    word: ClassVar[str] = "kept for later"


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteMeNotice:
    """The channel is open again without the bot."""

    word: ClassVar[str] = "invite me"

    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelExposedNotice:
    """The channel of something confidential was made public."""

    word: ClassVar[str] = "channel exposed"

    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelHiddenNotice:
    """The channel was made private."""

    word: ClassVar[str] = "channel hidden"

    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardGoneNotice:
    """The card was deleted."""

    word: ClassVar[str] = "card gone"

    by: str | None = None


AnswerNotice = LevelRequestAnsweredNotice | ProposalAnsweredNotice
PatternNotice = ChurnRiskNotice | CaseReviewNotice | SameCauseNotice | IncidentOverNotice
ChannelNotice = (
    ChannelLostNotice
    | KeptForLaterNotice
    | InviteMeNotice
    | ChannelExposedNotice
    | ChannelHiddenNotice
    | CardGoneNotice
)
EventNotice = AnswerNotice | PatternNotice | ChannelNotice | FactsMissingNotice | ApprovalWantedNotice
