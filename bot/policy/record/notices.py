"""Notices: what somebody is told about an escalation without having done anything, as it is stored with its effect.

Each kind is one class. Its fields are the keys of the stored payload, its word is the payload's `notice`. Rows that an
earlier version wrote must stay readable: never rename a word or a field, and give a new field a default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

# A field that is added when the notice is shown, and never stored.
_WHEN_SHOWN = {"stored": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningNotice:
    """So many percent of a clock have passed."""

    clock: str
    percent: int
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachNotice:
    """A clock has run out. `late` is how late the notice itself is."""

    clock: str
    due: datetime
    late: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateDueNotice:
    """The next update to these audiences is due."""

    audiences: tuple[str, ...]
    due: datetime
    late: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateLateNotice:
    """The update is still missing."""

    audiences: tuple[str, ...]
    due: datetime
    late: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDueNotice:
    """The post-incident review is due."""

    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamDueNotice:
    """A team's answer is due."""

    team: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsMissingNotice:
    """Facts are missing: the labels of the first ones, and how many more."""

    missing: tuple[str, ...]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalWantedNotice:
    """An identity was checked and waits for approval. `checked` pairs a factor's label with who checked it."""

    tier: str
    checked: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAnsweredNotice:
    """A request for another level was answered; `answer` is the reason of a no."""

    level: str
    by: str
    granted: bool
    answer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalAnsweredNotice:
    """A proposed programme was answered; by nobody if it was accepted because nobody answered in time."""

    by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChurnRiskNotice:
    """Somebody saw signs that the customer may leave."""

    by: str
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReviewNotice:
    """A case review was opened: the account escalated `count` times in `days` days."""

    count: int
    days: int
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReviewDueNotice:
    """A case review is unfinished: the reminder of this `turn` to its owner."""

    review: int
    turn: int
    owner: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReviewLeftNotice:
    """A case review is unfinished after all reminders: told to the manager."""

    review: int
    turn: int
    owner: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierCase:
    """An earlier escalation with the same cause: its key, and its channel if that is open to all."""

    key: str
    channel: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SameCauseNotice:
    """The same cause came again. `names` are the numbers that it names, `hidden` how many of them are confidential.

    `left_out` are those that may not be named any more.
    """

    cause: str
    level: str
    days: int
    earlier: tuple[EarlierCase, ...]
    hidden: int
    names: tuple[int, ...] = ()
    # What was written before counts were kept names every one.
    count: int | None = None
    left_out: tuple[int, ...] = field(default=(), metadata=_WHEN_SHOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOverNotice:
    """A major incident is over."""

    incident: int
    title: str
    fixed: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelLostNotice:
    """The channel was archived or deleted, or the bot was removed from it."""

    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptForLaterNotice:
    """What somebody did will be posted when the channel is back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteMeNotice:
    """The channel is open again without the bot."""

    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelExposedNotice:
    """The channel of something confidential was made public."""

    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelHiddenNotice:
    """The channel was made private."""

    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardGoneNotice:
    """The card was deleted."""

    by: str | None = None


TimerNotice = WarningNotice | BreachNotice | UpdateDueNotice | UpdateLateNotice | ReviewDueNotice | TeamDueNotice
AnswerNotice = RequestAnsweredNotice | ProposalAnsweredNotice
PatternNotice = (
    ChurnRiskNotice
    | CaseReviewNotice
    | CaseReviewDueNotice
    | CaseReviewLeftNotice
    | SameCauseNotice
    | IncidentOverNotice
)
ChannelNotice = (
    ChannelLostNotice
    | KeptForLaterNotice
    | InviteMeNotice
    | ChannelExposedNotice
    | ChannelHiddenNotice
    | CardGoneNotice
)
StoredNotice = TimerNotice | AnswerNotice | PatternNotice | ChannelNotice | FactsMissingNotice | ApprovalWantedNotice

# The stored word of each class.
WORDS: Mapping[type[Any], str] = {
    WarningNotice: "warning",
    BreachNotice: "breach",
    UpdateDueNotice: "update due",
    UpdateLateNotice: "update late",
    ReviewDueNotice: "review due",
    TeamDueNotice: "team due",
    FactsMissingNotice: "facts missing",
    ApprovalWantedNotice: "approval wanted",
    RequestAnsweredNotice: "request answered",
    ProposalAnsweredNotice: "proposal answered",
    ChurnRiskNotice: "churn risk",
    CaseReviewNotice: "case review",
    CaseReviewDueNotice: "case review due",
    CaseReviewLeftNotice: "case review left",
    SameCauseNotice: "same cause again",
    IncidentOverNotice: "incident over",
    ChannelLostNotice: "channel lost",
    KeptForLaterNotice: "kept for later",
    InviteMeNotice: "invite me",
    ChannelExposedNotice: "channel exposed",
    ChannelHiddenNotice: "channel hidden",
    CardGoneNotice: "card gone",
}
_KINDS: Mapping[str, type[StoredNotice]] = {word: kind for kind, word in WORDS.items()}
N = TypeVar("N", bound=StoredNotice)


def payload_of(notice: StoredNotice) -> dict[str, Any]:
    """Return what is stored of a notice."""
    stored = [one.name for one in fields(notice) if one.metadata.get("stored", True)]
    return {"notice": WORDS[type(notice)], **{name: _plain(getattr(notice, name)) for name in stored}}


def notice_of(payload: Mapping[str, Any]) -> StoredNotice:
    """Return the notice that was stored; other keys of the payload are ignored.

    Raises LookupError for a word that nobody knows, ValueError for fields that can't be read.
    """
    return read(_KINDS[payload["notice"]], payload)


def read(kind: type[N], payload: Mapping[str, Any]) -> N:
    """Return a payload as a notice of that kind. Raises ValueError for fields that can't be read."""
    notice: N = _reader(WORDS[kind]).validate_python(dict(payload))
    return notice


@cache
def _reader(word: str) -> TypeAdapter[Any]:
    return TypeAdapter(_KINDS[word])


def _plain(value: Any) -> Any:
    """Return a value as JSON keeps it: moments in ISO format, durations in whole seconds."""
    match value:
        case datetime():
            return value.isoformat()
        case timedelta():
            return int(value.total_seconds())
        case tuple():
            return [_plain(item) for item in value]
        case EarlierCase():
            return {"key": value.key, "channel": value.channel}
        case _:
            return value
