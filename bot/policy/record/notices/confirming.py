"""Notices to both owners about the customer's answers, and to who asked if the mail couldn't be delivered."""

from dataclasses import dataclass, field
from typing import ClassVar

from bot.policy.record.payloads import IF_GIVEN


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerConfirmedNotice:
    """The customer said that it is solved."""

    word: ClassVar[str] = "customer confirmed"

    customer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerNotYetNotice:
    """The customer said that it isn't solved; `reopened` if that reopened it."""

    word: ClassVar[str] = "customer not yet"

    customer: str
    said: str
    reopened: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerNotMailedNotice:
    """A question, an invitation or a summary couldn't be mailed; with `is_retried` it is tried again."""

    word: ClassVar[str] = "customer not mailed"

    address: str
    why: str
    is_retried: bool | None = field(default=None, metadata=IF_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRatedNotice:
    """The customer said how satisfied they are, from 1 to 5."""

    word: ClassVar[str] = "customer rated"

    customer: str
    rating: int
    said: str | None = None


ConfirmingNotice = CustomerConfirmedNotice | CustomerNotYetNotice | CustomerNotMailedNotice | CustomerRatedNotice
