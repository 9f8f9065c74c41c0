"""Promises: each says by when one audience gets the next update. Together they are the ledger of an escalation.

All times are aware and in UTC. Lateness is wall time: it is how long somebody waited.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Audience(StrEnum):
    """Whom an update is promised to."""

    CUSTOMER = "customer"
    INTERNAL = "internal"
    SPONSOR = "sponsor"  # the customer's sponsor, whom the manager of a programme updates in person


class PromiseState(StrEnum):
    """The state of a promise. Only kept, late and broken ones count."""

    OPEN = "open"
    KEPT = "kept"
    LATE = "late"  # the update came after the due time, and before the next interval was over
    BROKEN = "broken"  # a whole interval passed without an update, or it was never given
    LIFTED = "lifted"  # nothing was owed any more before it was due


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseFacts:
    """One promise.

    `by` is who named the time; None if the policy's cadence did. `owner` is who owed the update: the one who had the
    role when it was made, and once it is settled, the one who had it then. `first_due_at` is the due time it had first,
    if it was moved. `answered_at` is the update that ended the wait, also for a broken one.
    """

    audience: Audience
    by: str | None
    owner: str
    made_at: datetime
    due_at: datetime
    first_due_at: datetime | None = None
    state: PromiseState = PromiseState.OPEN
    settled_at: datetime | None = None
    answered_at: datetime | None = None

    @property
    def late_by(self) -> timedelta | None:
        """Return how late the update came; None if it was in time, or hasn't come."""
        if self.answered_at is None or self.answered_at <= self.due_at:
            return None
        return self.answered_at - self.due_at


@dataclass(frozen=True, slots=True)
class PromiseTally:
    """How many promises were kept, came late, and were broken. `longest` is the longest known delay.

    An open promise whose time has come counts as broken, until its update comes late.
    """

    kept: int = 0
    late: int = 0
    broken: int = 0
    longest: timedelta = field(default=timedelta(0))

    @property
    def total(self) -> int:
        """Return how many count."""
        return self.kept + self.late + self.broken

    @property
    def percent(self) -> int | None:
        """Return the share that was kept, rounded down, so that 100 means all of them; None if none counts."""
        return self.kept * 100 // self.total if self.total else None


@dataclass(frozen=True, slots=True)
class PromiseGroup:
    """Promises of one state that one update answered, or none: how many, and when the first was due.

    Open ones are either all overdue or all still to come.
    """

    state: PromiseState
    due_at: datetime
    answered_at: datetime | None = None
    count: int = 1


def tally(groups: Iterable[PromiseGroup], now: datetime) -> PromiseTally:
    """Count promises as of now."""
    kept = late = broken = 0
    longest = timedelta(0)
    for group in groups:
        overdue = group.state is PromiseState.OPEN and group.due_at <= now
        kept += group.count * (group.state is PromiseState.KEPT)
        late += group.count * (group.state is PromiseState.LATE)
        broken += group.count * (overdue or group.state is PromiseState.BROKEN)
        until = now if overdue else group.answered_at
        longest = max(longest, until - group.due_at if until is not None else timedelta(0))
    return PromiseTally(kept, late, broken, longest)
