"""What is sent by the calendar, without anything having happened: planned as timers of no escalation."""

from dataclasses import dataclass

from bot.services.overview.digests import Digests
from bot.services.overview.hot_lists import HotLists


@dataclass(frozen=True)
class StandingTimers:
    """Plan what the calendar brings: digests and the hot list."""

    digests: Digests
    hot_lists: HotLists

    def plan(self) -> None:
        """Ensure that the next of each is planned."""
        self.digests.plan()
        self.hot_lists.plan()
