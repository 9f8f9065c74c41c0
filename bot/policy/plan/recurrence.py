"""Reminders that never give up: the turns of something that stays undone (docs/policy.md#a-missed-update).

A turn is one time at which it is due again. The record says when somebody was last reminded, so that the turns which an
outage has delayed become one.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

# Reminders of a turn may still be due when the next has begun: as many turns are planned together.
_KEPT = 3


@dataclass(frozen=True, slots=True)
class DueTurn:
    """One time at which it is due. `number` counts from 0, the first time."""

    number: int
    at: datetime


def turns(
    first_at: datetime, following: Callable[[datetime], datetime], reminded_at: datetime | None
) -> tuple[DueTurn, ...]:
    """Return the latest turns: up to the first after the last reminder, or only the first turn if there was none."""
    found = deque([DueTurn(0, first_at)], maxlen=_KEPT)
    while reminded_at is not None and found[-1].at <= reminded_at:
        at = following(found[-1].at)
        if at <= found[-1].at:
            break
        found.append(DueTurn(found[-1].number + 1, at))
    return tuple(found)


def coming(first_at: datetime, following: Callable[[datetime], datetime], reminded_at: datetime | None) -> DueTurn:
    """Return the first turn after the last reminder."""
    return turns(first_at, following, reminded_at)[-1]


def missed(first_at: datetime, following: Callable[[datetime], datetime], now: datetime) -> int:
    """Return how many turns have come by now: 1 from the first on."""
    return turns(first_at, following, now)[-1].number if first_at <= now else 0
