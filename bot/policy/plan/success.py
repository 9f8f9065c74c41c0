"""The pack for success reviews: how each Enterprise customer of a CSM was escalated in a month (S3)."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.policy.decide.numbers import Numbers


@dataclass(frozen=True, slots=True)
class CustomerMonth:
    """A customer's month: its numbers, and how many of its escalations are open now, whenever declared."""

    account: str
    found: Numbers
    open: int


@dataclass(frozen=True, slots=True)
class SuccessPackPage:
    """The month of a CSM's Enterprise customers; those without escalations are only named.

    Confidential escalations don't count.
    """

    csm: str
    since: datetime
    until: datetime
    zone: ZoneInfo
    customers: tuple[CustomerMonth, ...] = ()
    quiet: tuple[str, ...] = ()

    @property
    def is_wanted(self) -> bool:
        """Return True if there is anything to tell."""
        return bool(self.customers)
