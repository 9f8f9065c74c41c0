"""Notices when Slack's Web API is away, from the calls that are made anyway."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import structlog

from bot.errors import Ambiguous, OutsideError, Temporary
from bot.integrations.slack import verdicts

# A short disturbance is nothing that people need to hear of: their messages come a little later.
_AWAY_SECONDS: Final = 60
_AWAY_FAILURES: Final = 3


def tells_of_an_outage(error: OutsideError) -> bool:
    """Return True if an error means that Slack is away for us: no answer, not its own answer, or not to our token."""
    if isinstance(error, Ambiguous):
        return True
    return isinstance(error, Temporary) and (error.code == "no connection" or error.code in verdicts.TOKEN)


@dataclass
class SlackReach:
    """See `bot.ports.outages.Reach`. `now` is the real clock in seconds; `ask` makes a call that changes nothing."""

    now: Callable[[], float]
    ask: Callable[[], Awaitable[object]] | None = None
    _failing_since: float | None = field(default=None, init=False)
    _failures: int = field(default=0, init=False)
    _answered: bool = field(default=True, init=False)
    _away_since: float | None = field(default=None, init=False)
    # Slack's code for a token that it refuses for good; None while it accepts it, or hasn't said anything.
    refused: str | None = field(default=None, init=False)

    @property
    def away_since(self) -> datetime | None:
        """Return since when Slack hasn't answered; None while it does."""
        return datetime.fromtimestamp(self._away_since, UTC) if self._away_since is not None else None

    def note(self, error: OutsideError | None) -> None:
        """Note how a call went; None: it succeeded."""
        if error is None or not tells_of_an_outage(error):
            self._failing_since, self._failures, self._answered = None, 0, True
            if self.refused is not None:
                structlog.get_logger().warning("Slack accepts the bot's token again")
            self.refused = None
            return
        self._answered = False
        if self.refused is None and error.code in verdicts.REFUSED and isinstance(error, Temporary):
            # That's certain at once, and stays so until somebody sets another token: it's logged once.
            self.refused = error.code
            structlog.get_logger().error("Slack refuses the bot's token", error=error.code, do=verdicts.REINSTALL)
        self._failures += 1
        if self._failing_since is None:
            self._failing_since = self.now()
        is_long = self.now() - self._failing_since >= _AWAY_SECONDS
        if is_long and self._failures >= _AWAY_FAILURES and self._away_since is None:
            self._away_since = self._failing_since

    async def answers(self) -> bool:
        """Return True if Slack answers again; without a recent answer, ask it."""
        if not self._answered and self.ask is not None:
            try:
                await self.ask()
            except OutsideError as error:
                return not tells_of_an_outage(error)
        return self._answered

    def returned(self) -> None:
        """Note that the outage is over."""
        self._away_since = None
