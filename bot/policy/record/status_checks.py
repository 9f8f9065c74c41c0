"""The status page: what somebody has said of an outage, and what the page itself said when it was read."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class StatusCheck:
    """The answer to whether an outage is on the status page."""

    posted: bool
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReading:
    """The status page as it was last read: its words, and the titles of its open incidents.

    If it can't be read, `why` says so in a few words, since `failed_at`; what was read before that stays.
    """

    read_at: datetime | None = None
    words: str = ""
    incidents: tuple[str, ...] = ()
    failed_at: datetime | None = None
    why: str | None = None
