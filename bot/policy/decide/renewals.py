"""How many customers renewed, with repeats and without (S1: what repeated escalations cost in retention)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from bot.policy.decide.numbers import REPEATS_WITHIN

# Repeats count that happened in so many days before the renewal was due, or the customer left.
BEFORE: Final = timedelta(days=365)
# A date that has passed moves by at least a month. One that is still ahead was renewed early only if it moves by most
# of a year: anything less may be a correction.
_MONTH: Final = timedelta(days=28)
_EARLY: Final = timedelta(days=90)
_YEAR: Final = timedelta(days=300)
WORDS: Final = (
    "Customers that renewed, of those whose renewal is known, with repeats in the year before and without. Those that "
    "left in the time didn't renew."
)


@dataclass(frozen=True, slots=True)
class RenewalShare:
    """How many renewed, of how many whose outcome is known."""

    renewed: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True)
class RenewalShares:
    """The renewals of a time, of customers with repeats and of all others."""

    repeating: RenewalShare = RenewalShare()
    others: RenewalShare = RenewalShare()

    @property
    def is_known(self) -> bool:
        """Return True if the outcome of any renewal is known."""
        return bool(self.repeating.of or self.others.of)


@dataclass(frozen=True, slots=True)
class RenewalOutcome:
    """Outcome of a customer's renewal. `on` is the day it was due, or the day they left."""

    account: int
    on: date
    is_renewed: bool


def is_renewal(before: date, after: date, today: date) -> bool:
    """Return True if a renewal date that moved means that the customer renewed."""
    moved = after - before
    return moved >= _MONTH if before <= today else before - today <= _EARLY and moved >= _YEAR


def renewal_shares(outcomes: Iterable[RenewalOutcome], declared: Mapping[int, Sequence[date]]) -> RenewalShares:
    """Return the renewals; `declared` are the days on which each customer was escalated."""
    counted = {True: [0, 0], False: [0, 0]}
    for one in outcomes:
        days = [day for day in declared.get(one.account, ()) if one.on - BEFORE <= day <= one.on]
        found = counted[_repeats(days)]
        found[0] += one.is_renewed
        found[1] += 1
    return RenewalShares(RenewalShare(*counted[True]), RenewalShare(*counted[False]))


def _repeats(days: Sequence[date]) -> bool:
    """Return True if one came within the days after another, as `numbers.repeating` has it."""
    ordered = sorted(days)
    return any((later - day).days < REPEATS_WITHIN for day, later in pairwise(ordered))
