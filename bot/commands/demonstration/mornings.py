"""The last mornings of the demonstration's past: the hot list is posted, and executives are asked for something."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.clock import ManualClock
from bot.errors import NotFound
from bot.policy.plan import hot_list
from bot.services.bundle import Services

# How many days before the beginning the first list is posted: the last one has one of last week to compare with.
DAYS: Final = 9
_ASKS: Final = ("Call their COO before the renewal", "Approve two engineers for a week")


@dataclass
class Mornings:
    """The mornings on which the hot list comes, at the times of the policy. `manager` asks executives."""

    services: Services
    clock: ManualClock
    manager: str

    def steps(self, begin: datetime) -> Iterator[datetime]:
        """Do one morning each time, and yield when the next is."""
        at = begin
        while (following := hot_list.next_time(at, self.services.policies.current)) is not None:
            at = following[1] + timedelta(minutes=1)
            yield at
            self._ask()
            self.services.hot_lists.post_if_due()

    def _ask(self) -> None:
        try:
            offered = self.services.executive_asks.draft(by=self.manager).offered
        except NotFound:
            return
        for (facts, _), words in zip(offered, _ASKS, strict=False):
            self.services.executive_asks.ask(facts.number, words, by=self.manager)
