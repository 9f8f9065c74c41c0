"""Messages to teams in their own channels, as they are stored with their effects."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from bot.policy.record.payloads import IF_GIVEN, Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedMessage:
    """The team of the category is asked for help."""

    word: ClassVar[str] = "asked"

    team: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChasedMessage:
    """The team has not answered and is asked again."""

    word: ClassVar[str] = "chased"

    team: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadMessage:
    """The team has not answered after it was asked again: its lead is asked directly."""

    word: ClassVar[str] = "lead"

    team: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedMessage:
    """The team is copied."""

    word: ClassVar[str] = "copied"

    team: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledMessage:
    """Nobody has answered the pages, and the team is next on the ladder."""

    word: ClassVar[str] = "called"

    team: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MayLeaveMessage:
    """The team learns that the customer may leave."""

    word: ClassVar[str] = "may leave"

    team: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPostedMessage:
    """The team learns that the outage isn't on the status page."""

    word: ClassVar[str] = "not posted"

    team: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertedMessage:
    """A message to a channel that belongs to no team."""

    word: ClassVar[str] = "alerted"

    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenMessage:
    """Somebody has answered for the team: the question at `ts` is redrawn.

    `noted` is true if that person isn't of the team, or `by` is the address of a mail.
    """

    word: ClassVar[str] = "taken"

    team: str
    by: str
    channel: str
    ts: str
    noted: bool | None = field(default=None, metadata=IF_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledMessage:
    """It is resolved or withdrawn, or was reopened: the unanswered question at `ts` is redrawn."""

    word: ClassVar[str] = "settled"

    team: str
    channel: str
    ts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedMessage:
    """The team was asked once more: the question before, at `ts`, is removed, so that one stands in a place."""

    word: ClassVar[str] = "removed"

    team: str
    channel: str
    ts: str


RedrawnMessage = TakenMessage | SettledMessage
QuestionMessage = AskedMessage | ChasedMessage | LeadMessage
ToTeamMessage = QuestionMessage | CopiedMessage | CalledMessage | MayLeaveMessage | NotPostedMessage
TeamMessage = ToTeamMessage | AlertedMessage | RedrawnMessage | RemovedMessage
# Questions of which one stands in a place: the next one takes the place of the one before.
REPEATED = (ChasedMessage.word, LeadMessage.word)
TEAM_MESSAGES: Vocabulary[TeamMessage] = Vocabulary("what", TeamMessage)


def payload_of(message: TeamMessage) -> dict[str, Any]:
    """Return what is stored of a message."""
    return TEAM_MESSAGES.payload_of(message)


def team_message_of(payload: Mapping[str, Any]) -> TeamMessage:
    """Return the message that was stored; other keys of the payload are ignored.

    Raises LookupError for a word that nobody knows, ValueError for fields that can't be read.
    """
    return TEAM_MESSAGES.read(payload)
