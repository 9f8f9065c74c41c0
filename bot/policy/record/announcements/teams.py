"""Announcements about the teams that help."""

from dataclasses import dataclass, field
from typing import ClassVar

from bot.policy.record.escalation import PageCause
from bot.policy.record.payloads import IF_GIVEN


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamAnswered:
    """A team has answered. `brought_in` is true if the person who noted it was invited with that."""

    word: ClassVar[str] = "team answered"

    by: str
    team: str
    brought_in: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamChased:
    """A team has not answered and is asked again, with `copies` in copy, if its channel is `reached`.

    `mailed` is true if a mail to it is on its way. `lead` is who leads it and is asked with it.
    """

    word: ClassVar[str] = "team chased"

    team: str
    copies: tuple[str, ...]
    reached: bool = True
    mailed: bool | None = field(default=None, metadata=IF_GIVEN)
    lead: str | None = field(default=None, metadata=IF_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamUnreachable:
    """A team's channel can't be posted in; `waits` if the message is kept."""

    word: ClassVar[str] = "team unreachable"

    channel: str
    why: str
    waits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamCalled:
    """A page has reached a team as the next on the ladder. `mailed` is true if a mail to it is on its way."""

    word: ClassVar[str] = "team called"

    team: str
    cause: PageCause
    mailed: bool | None = field(default=None, metadata=IF_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailNotSent:
    """A mail was refused for good."""

    word: ClassVar[str] = "mail not sent"

    to: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAnswered:
    """A team has answered by mail, or a person if `team` is empty.

    `sender` and `name` are as the mail has them, and prove nothing. `approval` is True if the answer approved the
    customer's request, and False if it couldn't.
    """

    word: ClassVar[str] = "mail answered"

    team: str
    sender: str
    name: str
    text: str
    attachments: tuple[str, ...] = ()
    approval: bool | None = field(default=None, metadata=IF_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailsLeft:
    """More mails came from those who read an address than are posted in an hour: the rest stay in the mailbox."""

    word: ClassVar[str] = "mails left"

    address: str
    most: int


TeamAnnouncement = TeamAnswered | TeamChased | TeamUnreachable | TeamCalled | MailNotSent | MailAnswered | MailsLeft
