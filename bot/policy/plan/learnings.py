"""The learnings of a time, for the weekly sync and the monthly review meeting (S3), and when they are posted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.policy.model.reviews import LearningsRule, MonthlyPack, WeeklyLearnings
from bot.policy.model.rules import Policy

# Further ahead than any day of a month.
_FURTHEST_DAYS = 32


class LearningsKind(StrEnum):
    """A list of learnings."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """What was learned from an escalation, and who owns it. `link` leads to its review, if there is one."""

    number: int
    account: str
    words: str
    owner: str
    link: str | None = None
    factor: str | None = None


@dataclass(frozen=True, slots=True)
class LearningsPage:
    """The learnings of a time. `left_out` are more than a message has room for; confidential ones aren't counted.

    `late` is how many reviews are overdue, and `open` how many follow-ups are left; None in the weekly list.
    """

    kind: LearningsKind
    since: datetime
    until: datetime
    learnings: tuple[Learning, ...] = ()
    left_out: int = 0
    late: int | None = None
    open: int | None = None

    @property
    def is_wanted(self) -> bool:
        """Return True if there is anything to tell."""
        return bool(self.learnings or self.late or self.open)


def rule_of(kind: LearningsKind, policy: Policy) -> WeeklyLearnings | MonthlyPack | None:
    """Return the policy's rule for a list; None if it isn't posted."""
    return policy.reviews.weekly if kind is LearningsKind.WEEKLY else policy.reviews.monthly


def next_times(now: datetime, policy: Policy) -> Iterator[tuple[LearningsKind, date, datetime]]:
    """Yield the next day and moment of each list that the policy has, in the policy's zone."""
    today = now.astimezone(policy.zone).date()
    for kind in LearningsKind:
        rule = rule_of(kind, policy)
        if rule is None:
            continue
        for days in range(_FURTHEST_DAYS):
            day = today + timedelta(days=days)
            at = moment_of(day, rule, policy)
            if rule.is_on(day) and at.timestamp() > now.timestamp():
                yield kind, day, at
                break


def moment_of(day: date, rule: LearningsRule, policy: Policy) -> datetime:
    """Return when a list is posted on a day."""
    return datetime.combine(day, rule.at, policy.zone)


def since(kind: LearningsKind, day: date) -> date:
    """Return the day of the list before."""
    if kind is LearningsKind.WEEKLY:
        return day - timedelta(days=7)
    first = day.replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, first.day))
