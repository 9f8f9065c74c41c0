"""Mails that come in, in the program's own terms."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class MailOrigin(StrEnum):
    """The kind of writer of a mail."""

    PERSON = "person"
    PROGRAM = "program"  # an autoresponder or a list
    BOUNCE = "bounce"  # a mail server that couldn't deliver ours
    OURSELVES = "ourselves"  # it came back


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingMail:
    """A mail that was received. Nothing in it is proved, not even the sender.

    `recipients` are all addresses it was sent to, as far as its headers show them; of a mail that came back, also the
    one for answers to it. `attachments` are names of files. `about` are the ids of the mails that it is about, `failed`
    the addresses that a report says weren't reached.
    """

    message_id: str
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    text: str
    attachments: tuple[str, ...] = ()
    origin: MailOrigin = MailOrigin.PERSON
    about: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


# Takes one mail; when it returns, the mail needs to be read no more.
TakeMail = Callable[[IncomingMail], Coroutine[Any, Any, None]]
