"""Notices about texts for the customer."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from bot.policy.record.customer_texts import TextRoute


@dataclass(frozen=True, slots=True, kw_only=True)
class TextToApproveNotice:
    """Somebody asks for approval of a text for the customer; it is sent by `route` to these addresses."""

    word: ClassVar[str] = "text to approve"

    text: int
    by: str
    words: str
    route: TextRoute
    addresses: tuple[str, ...]
    next_at: datetime | None
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerWroteNotice:
    """The customer wrote about something that is closed. Sender and name are as the mail has them."""

    word: ClassVar[str] = "customer wrote"

    sender: str
    name: str
    words: str


SendingNotice = TextToApproveNotice | CustomerWroteNotice
