"""Level requests: another level that somebody asked for, or a lighter one that the data suggest.

The rules: docs/policy.md#x19, docs/policy.md#an-override, docs/policy.md#it-runs-again-when-account-data-changes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.policy.model.rules import Policy
from bot.policy.time.durations import Duration

# A heavier level is requested while a customer suffers; anything lighter can wait for the next working day.
_HEAVIER: Final = timedelta(hours=1)
_LIGHTER: Final = Duration.parse("1bd")


class LevelRequestKind(StrEnum):
    """The kind of level request."""

    OVERRIDE = "override"  # somebody wants another level
    DOWNGRADE = "fall"  # better account data suggest a lighter level, or later due times; "fall" is what rows hold


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRequestFacts:
    """The state of a level request. `level` is the present one if only due times would become later.

    `reason` is in people's words for an override, in ours for a downgrade. Answered without `granted` set, it was
    superseded by another change.
    """

    id: int
    kind: LevelRequestKind
    level: str
    by: str
    reason: str
    asked_at: datetime
    answered_by: str | None = None
    answered_at: datetime | None = None
    granted: bool | None = None
    answer: str | None = None

    @property
    def is_pending(self) -> bool:
        """Return True if it was neither answered nor superseded."""
        return self.answered_at is None


def remind_at(request: LevelRequestFacts, level: str, policy: Policy) -> datetime:
    """Return when an unanswered request is reminded of, once; `level` is the present one."""
    if policy.rank(request.level) < policy.rank(level):
        return request.asked_at + _HEAVIER
    return policy.business.add(request.asked_at, _LIGHTER)
