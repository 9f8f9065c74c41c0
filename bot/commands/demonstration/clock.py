"""The clocks of the demonstration: the bot follows the local Slack's time, and its real clock skips what that skips."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class FollowingClock:
    """Another clock's time. `read` returns it in Unix seconds."""

    read: Callable[[], float]

    def now(self) -> datetime:
        """Return the time of the clock that is followed."""
        return datetime.fromtimestamp(self.read(), UTC)


@dataclass
class SkippingClock:
    """The machine's clock, and what was skipped: rates and retries must not wait for time that has passed."""

    skipped: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        """Return the machine's time, later by what was skipped."""
        return datetime.now(UTC) + self.skipped

    def skip(self, by: timedelta) -> None:
        """Skip a length of time."""
        self.skipped += max(by, timedelta())
