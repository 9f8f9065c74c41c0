"""Mails, as they are stored with their effects: what they are about, never their text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from bot.policy.record.payloads import IF_GIVEN, Vocabulary, fields_of, read


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedMail:
    """The team of the category is asked for help."""

    word: ClassVar[str] = "asked"

    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChasedMail:
    """The team has not answered and is asked again."""

    word: ClassVar[str] = "chased"

    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadMail:
    """The team has not answered after it was asked again: its lead is asked, who is known only by mail."""

    word: ClassVar[str] = "lead"

    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedMail:
    """The team is copied."""

    word: ClassVar[str] = "copied"

    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledMail:
    """Nobody has answered the pages, and the team is next on the ladder."""

    word: ClassVar[str] = "called"

    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MayLeaveMail:
    """The team learns that the customer may leave."""

    word: ClassVar[str] = "may leave"

    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPostedMail:
    """The team learns that the outage isn't on the status page."""

    word: ClassVar[str] = "not posted"

    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedMail:
    """The team learns that an identity was checked, and waits for an approval if the tier takes one."""

    word: ClassVar[str] = "identity checked"

    team: str
    tier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedMail:
    """The team learns that one customer has escalated again and again, with a summary of their escalations."""

    word: ClassVar[str] = "repeated"

    team: str
    review: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentMail:
    """The team of major incidents learns of a new one."""

    word: ClassVar[str] = "incident"

    team: str
    incident: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectMail:
    """Somebody who is known only by mail gets what others get as a direct message.

    `kind` is that of the effect it stands for, and `payload` what that one holds. Answers are no team's. With `instead`
    it goes out while Slack is down, to somebody who is in Slack.
    """

    word: ClassVar[str] = "direct"

    person: str
    kind: str
    payload: Mapping[str, Any]
    team: str = ""
    instead: bool | None = field(default=None, metadata=IF_GIVEN)


TeamMail = (
    AskedMail
    | ChasedMail
    | LeadMail
    | CopiedMail
    | CalledMail
    | MayLeaveMail
    | NotPostedMail
    | CheckedMail
    | RepeatedMail
    | IncidentMail
)
# Mails that ask: what became of them is what became of asking the team.
ASKING = (AskedMail, CopiedMail)
StoredMail = TeamMail | DirectMail
MAILS: Vocabulary[StoredMail] = Vocabulary("mail", StoredMail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The envelope of a mail: it goes to `recipient`, who reads that it was sent `to` an address with `copies`.

    `thread` are the ids of the first and the latest mail before it to the same address about the same thing.
    """

    recipient: str
    to: str
    copies: tuple[str, ...] = ()
    id: str
    thread: tuple[str, ...] = ()

    @property
    def is_copy(self) -> bool:
        """Return True if the recipient gets a copy only."""
        return self.recipient != self.to


def payload_of(mail: StoredMail, envelope: Envelope) -> dict[str, Any]:
    """Return what is stored of a mail."""
    return {**MAILS.payload_of(mail), **fields_of(envelope)}


def mail_of(payload: Mapping[str, Any]) -> StoredMail:
    """Return what a stored mail is about; other keys of the payload are ignored.

    Raises LookupError for a word that nobody knows, ValueError for fields that can't be read.
    """
    return MAILS.read(payload)


def envelope_of(payload: Mapping[str, Any]) -> Envelope:
    """Return where a stored mail goes. Raises ValueError for fields that can't be read."""
    return read(Envelope, payload)
