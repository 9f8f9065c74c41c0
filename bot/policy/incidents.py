"""Major incidents: one cause behind the escalations of several accounts, and when there may be one."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.policy.escalation import EscalationFacts
from bot.policy.patterns import MajorIncident
from bot.policy.rules import Policy

# Two accounts with the same trouble within so long may have one cause (S3: "if you notice a pattern").
SOON = timedelta(hours=2)


def incident_key(number: int) -> str:
    """Return the name people use, such as `INC-3`."""
    return f"INC-{number}"


def without_names(words: str, names: Collection[str]) -> str:
    """Return somebody's words without customers whom nobody may name; how they are written does not matter."""
    for name in sorted(names, key=len, reverse=True):
        words = re.sub(re.escape(name), "a customer", words, flags=re.IGNORECASE)
    return words


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFacts:
    """A major incident as everybody may see it.

    `affected` are its escalations in the order they were declared, each with its policy, without those that were
    withdrawn and those that are confidential; `hidden` counts the latter, `accounts` every account there is.
    """

    id: int
    title: str
    since: datetime
    declared_by: str
    declared_at: datetime
    affected: tuple[tuple[EscalationFacts, Policy], ...]
    hidden: int
    accounts: int
    ended_by: str | None = None
    ended_at: datetime | None = None
    fixed: str | None = None

    @property
    def key(self) -> str:
        """Return the name people use."""
        return incident_key(self.id)

    @property
    def is_live(self) -> bool:
        """Tell whether it still lasts."""
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class Overview:
    """What the form is drawn from: what lasts, and the escalations that somebody may add."""

    live: Sequence[IncidentFacts]
    candidates: Sequence[tuple[EscalationFacts, Policy]]
    pattern: MajorIncident
    now: datetime


def levels_of_incidents(policy: Policy) -> tuple[str, ...]:
    """Return the heavier half of the levels: the same question from two customers is no incident."""
    return tuple(level.code for level in policy.levels[: (len(policy.levels) + 1) // 2])
