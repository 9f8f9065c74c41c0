"""Announcements about texts for the customer, and about what the customer writes."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from bot.policy.record.payloads import IF_GIVEN


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """A text didn't arrive at an address or channel.

    `is_over` is true if it arrived nowhere, so that the customer wasn't told; `is_retried` while it is tried again.
    """

    word: ClassVar[str] = "customer text not sent"

    text: int
    to: str
    why: str
    is_over: bool
    is_retried: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NotApproved:
    """Nobody approved a text in time: it is a draft again."""

    word: ClassVar[str] = "customer text not approved"

    text: int
    asked_by: str
    asked_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerWrote:
    """The customer answered one of our mails. Sender and name are as the mail has them, and prove nothing.

    `is_known` is true if the address is one of the account's contacts.
    """

    word: ClassVar[str] = "customer wrote"

    sender: str
    name: str
    text: str
    is_known: bool
    attachments: tuple[str, ...] = ()
    # When they get an update because of it; None if none is owed any more.
    due: datetime | None = field(default=None, metadata=IF_GIVEN)
    # The update was overdue already then.
    is_overdue: bool | None = field(default=None, metadata=IF_GIVEN)


class ReturnedMail(StrEnum):
    """Mails to customers, beside updates, that can come back."""

    QUESTION = "question"
    RATING = "rating"
    INVITATION = "invitation"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True, kw_only=True)
class CameBack:
    """A mail to the customer came back: what `mail` names, or an update of which it isn't known who didn't get it."""

    word: ClassVar[str] = "customer mail came back"

    to: tuple[str, ...]
    # A word of `ReturnedMail`.
    mail: str | None = field(default=None, metadata=IF_GIVEN)


SendingAnnouncement = NotSent | NotApproved | CustomerWrote | CameBack
