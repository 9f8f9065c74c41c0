"""Messages sent by the calendar rather than by an event. Each is a timer that belongs to no escalation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.services.overview.digests import Digests
from bot.services.overview.hot_lists import HotLists


class StandingList(Protocol):
    """A list that is posted by the calendar."""

    def plan(self) -> None:
        """Ensure that the next one is planned."""
        ...


@dataclass(frozen=True)
class StandingTimers:
    """Plan what the calendar brings: digests, the hot list, and the other lists."""

    digests: Digests
    hot_lists: HotLists
    others: Sequence[StandingList]

    def plan(self) -> None:
        """Ensure that the next of each is planned."""
        self.digests.plan()
        self.hot_lists.plan()
        for each in self.others:
            each.plan()
