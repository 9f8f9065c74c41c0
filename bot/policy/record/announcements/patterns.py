"""Announcements about patterns: churn risk, case reviews, recurring causes."""

from dataclasses import dataclass, field
from typing import ClassVar

from bot.policy.record.notices.patterns import RecurringNotice, SameCauseNotice
from bot.policy.record.payloads import stored_as


@dataclass(frozen=True, slots=True, kw_only=True)
class ChurnRiskSeen:
    """Somebody sees signals that the customer may leave; more of them, if `again`."""

    word: ClassVar[str] = "churn risk"

    by: str
    # The stored key; the same in `ChurnRiskNotice`.
    signals: tuple[str, ...] = field(metadata=stored_as("signs"))
    note: str
    again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChurnRiskOver:
    """The customer will stay."""

    word: ClassVar[str] = "churn risk over"

    by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReviewFinished:
    """The case review is finished."""

    word: ClassVar[str] = "case review finished"

    by: str
    findings: str


# The owners and the channel get the same message about what recurs.
PatternAnnouncement = ChurnRiskSeen | ChurnRiskOver | CaseReviewFinished | SameCauseNotice | RecurringNotice
