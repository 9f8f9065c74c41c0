"""Announcements about texts for the customer."""

from dataclasses import dataclass
from typing import ClassVar


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


SendingAnnouncement = NotSent
