"""Action items of a programme: what they can aim at, when they are overdue, and how many are done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from bot.policy.model.rules import Policy
from bot.policy.record.action_items import UNFINISHED, ActionItemFacts, ActionState, OpenItem
from bot.policy.time.durations import ONE_BUSINESS_DAY

_KEY: Final = 150


@dataclass(frozen=True, slots=True)
class ItemCounts:
    """How many items are done, of those that weren't dropped, and the unfinished one that is due next."""

    done: int
    of: int
    upcoming: ActionItemFacts | None

    @property
    def unfinished(self) -> int:
        """Return how many are still to be done."""
        return self.of - self.done


def counts(items: Iterable[ActionItemFacts]) -> ItemCounts:
    """Count the items of a programme."""
    kept = [item for item in items if item.state is not ActionState.DROPPED]
    unfinished = [item for item in kept if item.state in UNFINISHED]
    upcoming = min(unfinished, key=lambda item: (item.due_on, item.id), default=None)
    return ItemCounts(len(kept) - len(unfinished), len(kept), upcoming)


def criteria_lines(success_criteria: str) -> tuple[str, ...]:
    """Return the success criteria an item can aim at: each line is one."""
    lines = (line.strip().lstrip("-*•").strip() for line in success_criteria.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def key_of(criterion: str) -> str:
    """Return what a criterion is known by in a form: as much of it as Slack takes as a value."""
    return criterion[:_KEY]


def is_overdue(due_on: date, policy: Policy, now: datetime) -> bool:
    """Return True if the day of an item is over, in the policy's zone."""
    return now.astimezone(policy.zone).date() > due_on


def overdue_at(item: OpenItem, policy: Policy) -> datetime:
    """Return when an item's owner is reminded first: at the next opening after its day."""
    over = datetime.combine(item.due_on + timedelta(days=1), time(), policy.zone)
    return policy.business.next_opening(over)


def overdue(items: Sequence[OpenItem], policy: Policy, now: datetime) -> tuple[OpenItem, ...]:
    """Return the items whose reminders have begun, the oldest first."""
    late = [item for item in items if overdue_at(item, policy) <= now]
    return tuple(sorted(late, key=lambda item: (item.due_on, item.id)))


def is_the_managers(item: OpenItem, policy: Policy, now: datetime) -> bool:
    """Return True if an item is overdue for a business day more, so that the manager hears of it too."""
    return policy.business.add(overdue_at(item, policy), ONE_BUSINESS_DAY) <= now
