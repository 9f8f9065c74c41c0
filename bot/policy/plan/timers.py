"""Timers: what each is about, how urgent it is, and how late it fires.

Every timer has a key made of its subject and its time, so the same time never fires twice, and a time that moved is
another timer. `bot.policy.plan.schedule` says which timers should exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

# A shorter delay is the ordinary one of the loop, not an outage.
PUNCTUAL = timedelta(minutes=2)


class TimerKind(StrEnum):
    """The subject of a timer."""

    CLOCK_WARNING = "clock warning"
    CLOCK_BREACH = "clock breach"
    UPDATE_DUE = "update due"
    UPDATE_LATE = "update late"
    UPDATE_MISSED = "update missed"
    PAGE_AGAIN = "page again"
    PAGE_ONWARD = "page onward"
    PAGE_ROUND = "page round"
    REVIEW_DUE = "review due"
    REVIEW_LEFT = "review left"
    CASE_REVIEW_DUE = "case review due"
    CHECKLIST = "checklist"  # no longer planned; rows of an earlier version fire without effect
    ASK_FACTS = "ask facts"  # likewise
    ASK_OWNER = "ask owner"
    TEAM_DUE = "team due"
    TEAM_CHASE = "team chase"
    TEAM_UNREACHED = "team unreached"
    LEVEL_REQUEST_WAITS = "request waits"
    PROPOSAL_DUE = "proposal due"
    UNRESOLVED = "unresolved"
    HANDOVER = "handover"
    WAITING_DUE = "waiting due"
    WAIT_ENDS = "wait ends"
    UNDO_OVER = "undo over"  # does nothing: with the change *Undo* goes
    APPROVAL = "approval"
    STATUS_PAGE = "status page"
    ITEM_DUE = "item due"
    STATUS_CALL_SOON = "status call soon"
    STATUS_CALL_NOTES = "status call notes"
    MANAGER_UPDATE = "manager update"
    WATCH_DUE = "watch due"
    SUMMARY_DUE = "summary due"
    CALL_DUE = "call due"
    FOLLOW_UP_DUE = "follow-up due"
    FOLLOW_UP_LEFT = "follow-up left"
    WATCH_LOOK = "watch look"
    ARCHIVE = "archive"
    LEARNINGS = "learnings"  # of no escalation: planned by `bot.services.reviews.learnings`
    HOT_LIST = "hot list"  # of no escalation: planned by `bot.services.overview.hot_lists`
    DIGEST = "digest"  # of no escalation: planned by `bot.services.overview.digests`
    SPONSOR_DIGEST = "sponsor digest"  # of no escalation: planned by `bot.services.overview.sponsor_digests`
    DRILL = "drill"  # of no escalation: planned by `bot.services.training.drills`


# They page somebody, so they fire ahead of all others.
_URGENT = frozenset(
    {
        TimerKind.PAGE_AGAIN,
        TimerKind.PAGE_ONWARD,
        TimerKind.PAGE_ROUND,
        TimerKind.CLOCK_BREACH,
        TimerKind.UPDATE_MISSED,
    }
)
_PATIENT = frozenset(
    {
        TimerKind.ARCHIVE,
        TimerKind.DIGEST,
        TimerKind.SPONSOR_DIGEST,
        TimerKind.HOT_LIST,
        TimerKind.LEARNINGS,
    }
)
# Their keys contain no time: while the key exists, they fire only once, even if an escalation closed long ago is
# reopened. So fired ones are never removed; they are few.
ONCE_EVER = frozenset(
    {
        TimerKind.CHECKLIST,
        TimerKind.ASK_FACTS,
        TimerKind.ASK_OWNER,
        TimerKind.TEAM_DUE,
        TimerKind.LEVEL_REQUEST_WAITS,
        TimerKind.CASE_REVIEW_DUE,
    }
)


def urgency(kind: TimerKind) -> int:
    """Return 0 for timers that page somebody, 1 for those that send a message, 2 for those that can wait."""
    return 0 if kind in _URGENT else 2 if kind in _PATIENT else 1


@dataclass(frozen=True, slots=True)
class Planned:
    """A timer that should exist. `data` is JSON-serializable and read when it fires."""

    key: str
    kind: TimerKind
    due_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


def stamp(at: datetime) -> str:
    """Return a time as written in a key: UTC, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def moment(stamped: str) -> datetime:
    """Return the time that `stamp` wrote."""
    return datetime.fromisoformat(stamped)


def lateness(due_at: datetime, now: datetime) -> timedelta | None:
    """Return how late something is reported; None if it is on time."""
    late = now - due_at
    return late if late > PUNCTUAL else None
