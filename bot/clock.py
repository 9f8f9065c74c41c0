"""The two clocks: the business clock decides what is due; the real clock times leases, retries and limits.

Nothing else in the program reads the time. Every value is an aware UTC datetime.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """The current time, in UTC."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the machine's time."""
        return datetime.now(UTC)


@dataclass
class ManualClock:
    """A clock that is moved by hand, for tests and simulations."""

    at: datetime

    def now(self) -> datetime:
        """Return the time that was last set."""
        return self.at

    def forward(self, by: timedelta) -> None:
        """Advance by a duration of wall time."""
        self.at += by
