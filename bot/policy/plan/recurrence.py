"""Reminders that never give up: the times at which something undone is due again (docs/policy.md#a-missed-update).

Each such time is an occurrence. The record says when somebody was last reminded, so that occurrences an outage has
delayed become one.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

# Reminders of an occurrence may still be due when the next has begun: this many are planned together.
_KEPT = 3


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time at which it is due. `number` counts from 0, the first time."""

    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Steady:
    """Due again after the same time on the clock, whatever the day. A year of them is leapt over."""

    every: timedelta

    def __call__(self, at: datetime) -> datetime:
        """Return when it is due again."""
        return at + self.every


def occurrences(
    first_at: datetime, following: Callable[[datetime], datetime], reminded_at: datetime | None
) -> tuple[Occurrence, ...]:
    """Return the latest occurrences: up to the first after the last reminder, only the very first without one."""
    found = deque([_start(first_at, following, reminded_at)], maxlen=_KEPT)
    while reminded_at is not None and found[-1].at <= reminded_at:
        at = following(found[-1].at)
        if at <= found[-1].at:
            break
        found.append(Occurrence(found[-1].number + 1, at))
    return tuple(found)


def _start(first_at: datetime, following: Callable[[datetime], datetime], reminded_at: datetime | None) -> Occurrence:
    """Return the occurrence to look on from: the first, or one shortly before the last reminder."""
    if not isinstance(following, Steady) or reminded_at is None or reminded_at <= first_at:
        return Occurrence(0, first_at)
    number = max(0, (reminded_at - first_at) // following.every - _KEPT)
    return Occurrence(number, first_at + number * following.every)


def coming(first_at: datetime, following: Callable[[datetime], datetime], reminded_at: datetime | None) -> Occurrence:
    """Return the first occurrence after the last reminder."""
    return occurrences(first_at, following, reminded_at)[-1]


def missed(first_at: datetime, following: Callable[[datetime], datetime], now: datetime) -> int:
    """Return how many occurrences have come by now: 1 from the first on."""
    return occurrences(first_at, following, now)[-1].number if first_at <= now else 0
