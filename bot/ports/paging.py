"""Pagers: ways to page beside Slack's direct message, which is always sent. None yet."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.ports.workspace import Message


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One page to one person.

    `dedup_key` makes a page that is sent twice ring once; `late` is how late it is after an outage, if it is.
    """

    dedup_key: str
    person: str
    escalation: str
    summary: str
    message: Message
    late: timedelta | None


class Pager(Protocol):
    """A service that can page."""

    @property
    def name(self) -> str:
        """The name people use for it."""
        ...

    async def page(self, page: PageRequest, *, effect_id: int) -> str | None:
        """Send a page. Return the pager's reference to it, if it gives one."""
        ...
