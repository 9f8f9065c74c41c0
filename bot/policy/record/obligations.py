"""What somebody owes on an escalation besides what its clocks and updates ask, as stored and as lists show it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.policy.model.rules import Policy


class ObligationKind(StrEnum):
    """What is owed, as it is stored."""

    SUMMARY = "issue summary"
    FOLLOW_UP_CALL = "follow-up call"
    STATUS_CALL = "status call"
    CASE_REVIEW = "case review"
    TEAM = "team"
    SIGN_OFF = "sign off"
    APPROVAL = "approval"
    HANDOVER = "handover"
    LEVEL = "level"
    CLOSE = "close"
    WATCH = "watch"  # not stored with the others: its questions have a table of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationFacts:
    """Something that `person` owes, shown to them from `since`; without `due_at` it has no date.

    `about` completes it: the team's key, the role, or the id of the text, the case review, the question or the level
    request, that one with its level (`12:sev1`). `by` is who asks for it; None if the data do.
    """

    kind: ObligationKind
    person: str
    since: datetime
    due_at: datetime | None = None
    about: str = ""
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedLine:
    """An obligation in a list, with its escalation. `channel` is the one that can be opened now."""

    owed: ObligationFacts
    number: int
    account: str
    is_private: bool
    channel: str | None
    policy: Policy

    @property
    def key(self) -> str:
        """Return the key people use, such as `ESC-142`."""
        return f"ESC-{self.number}"

    @property
    def at(self) -> datetime:
        """Return when it is due, or else since when it is asked for."""
        return self.owed.due_at or self.owed.since

    def is_overdue(self, now: datetime) -> bool:
        """Return True if it is due already."""
        return self.owed.due_at is not None and self.owed.due_at <= now


@dataclass(frozen=True, slots=True)
class OwedLines:
    """The first of what somebody owes, the earliest first, and how many there are."""

    shown: tuple[OwedLine, ...] = ()
    total: int = 0

    def overdue(self, now: datetime) -> Collection[OwedLine]:
        """Return those of the shown that are overdue."""
        return tuple(line for line in self.shown if line.is_overdue(now))

    def not_overdue(self, now: datetime) -> Collection[OwedLine]:
        """Return the other ones."""
        return tuple(line for line in self.shown if not line.is_overdue(now))
