"""The two clocks: the business clock decides what is due, the real clock times leases, retries and limits.

Nothing else in the program asks for the time. Every value is an aware UTC datetime.
"""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time, in UTC."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the machine's time."""
        return datetime.now(UTC)


@dataclass
class ManualClock:
    """A clock that stands still until somebody moves it: for tests and simulations."""

    at: datetime

    def now(self) -> datetime:
        """Return the time it was last set to."""
        return self.at

    def forward(self, by: timedelta) -> None:
        """Move on by a duration of wall time."""
        self.at += by


@dataclass
class FastClock:
    """The machine's clock run `speed` times faster since it was made: for demonstrations."""

    speed: float
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    _started: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        """Return the hurried time."""
        return self.started_at + timedelta(seconds=(time.monotonic() - self._started) * self.speed)
