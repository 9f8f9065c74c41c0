"""Notices about patterns: churn risk, case reviews, one cause behind several escalations."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from bot.policy.record.payloads import IF_GIVEN, WHEN_SHOWN, stored_as


@dataclass(frozen=True, slots=True, kw_only=True)
class ChurnRiskNotice:
    """Somebody saw signals that the customer may leave."""

    word: ClassVar[str] = "churn risk"

    by: str
    signals: tuple[str, ...] = field(metadata=stored_as("signs"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReviewNotice:
    """A case review was opened: the account escalated `count` times in `days` days."""

    word: ClassVar[str] = "case review"

    count: int
    days: int
    due: datetime
    review: int | None = field(default=None, metadata=IF_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierCase:
    """An earlier escalation of the same kind: its key, its channel if that is open to all, and its review's address."""

    key: str
    channel: str | None
    review: str | None = field(default=None, metadata=IF_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class SameCauseNotice:
    """The same cause recurred. `names` are the numbers that it names, `hidden` how many of them are confidential.

    `left_out` are those that may not be named any more.
    """

    word: ClassVar[str] = "same cause again"

    cause: str
    level: str
    days: int
    earlier: tuple[EarlierCase, ...]
    hidden: int
    names: tuple[int, ...] = ()
    # What was written before counts were kept names every one.
    count: int | None = None
    # Whose follow-up it is to change the policy, or to say why it stays.
    decides: str | None = None
    left_out: tuple[int, ...] = field(default=(), metadata=WHEN_SHOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurringNotice:
    """The same level recurred `count` times in `days` days, or the same level in the category with that label.

    `names`, `hidden` and `left_out` are those of `SameCauseNotice`.
    """

    word: ClassVar[str] = "same kind again"

    level: str
    category: str | None
    days: int
    count: int
    earlier: tuple[EarlierCase, ...]
    hidden: int
    names: tuple[int, ...] = ()
    decides: str | None = None
    left_out: tuple[int, ...] = field(default=(), metadata=WHEN_SHOWN)


PatternNotice = ChurnRiskNotice | CaseReviewNotice | SameCauseNotice | RecurringNotice
