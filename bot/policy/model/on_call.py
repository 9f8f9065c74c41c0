"""Sources of who is on call, and what changes a rota: somebody takes a shift over, or is away.

All times are aware. Spans are half-open: at its end a shift or an absence is over.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class OnCallSource(StrEnum):
    """A source of who is on call for an area. The policy says in which order they are tried (`on_call`)."""

    ROTA = "rota"
    CALENDAR = "calendar"
    PAGERDUTY = "pagerduty"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class ShiftOverride:
    """A shift of an area, held by somebody in place of the rota. If two overlap, the one made later wins (`id`)."""

    area: str
    person: str
    starts_at: datetime
    ends_at: datetime
    id: int = 0
    instead_of: str | None = None

    def covers(self, at: datetime) -> bool:
        """Return True if it is in force."""
        return self.starts_at <= at < self.ends_at


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away. `identities` are all of theirs; without an end they are away until they say they are back."""

    person: str
    identities: frozenset[str]
    starts_at: datetime
    ends_at: datetime | None = None
    stand_in: str | None = None

    def covers(self, at: datetime) -> bool:
        """Return True if they are away at this time."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


@dataclass(frozen=True, slots=True)
class FedShift:
    """A shift that another system told us: a calendar feed, a schedule, or a group's member (without an end)."""

    area: str
    source: OnCallSource
    person: str
    starts_at: datetime
    ends_at: datetime | None = None

    def covers(self, at: datetime) -> bool:
        """Return True if it is in force."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


DEFAULT_ORDER = (OnCallSource.ROTA, OnCallSource.CALENDAR, OnCallSource.PAGERDUTY, OnCallSource.GROUP)


class AbsenceSource(StrEnum):
    """How we know of an absence: somebody said so, or their status in Slack does."""

    SAID = "said"
    SLACK = "slack"
