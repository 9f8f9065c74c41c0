"""The learnings of a time, for the weekly sync and the monthly review meeting (S3), and when they are posted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.policy.model.reviews import MONTHS_OF_QUARTER, LearningsRule, SuccessPack
from bot.policy.model.rules import Policy

# Further ahead than any day of a quarter.
_FURTHEST_DAYS = 94


class LearningsKind(StrEnum):
    """A list of learnings."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    REFRESHER = "refresher"
    SUCCESS = "success"  # a pack for each CSM


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """A lesson from an escalation, and its owner. `link` leads to the review, if there is one."""

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
    # Who leads the meeting that it's for; a Slack id or words.
    owner: str
    learnings: tuple[Learning, ...] = ()
    left_out: int = 0
    late: int | None = None
    open: int | None = None

    @property
    def is_wanted(self) -> bool:
        """Return True if there is anything to tell."""
        return bool(self.learnings or self.late or self.open)


def rule_of(kind: LearningsKind, policy: Policy) -> LearningsRule | SuccessPack | None:
    """Return the policy's rule for a list; None if it isn't posted."""
    match kind:
        case LearningsKind.WEEKLY:
            return policy.reviews.weekly
        case LearningsKind.MONTHLY:
            return policy.reviews.monthly
        case LearningsKind.REFRESHER:
            return policy.reviews.refresher
        case LearningsKind.SUCCESS:
            return policy.reviews.success


def owner_of(kind: LearningsKind, policy: Policy) -> str:
    """Return who leads the meeting that a list is for: whom the policy names there, else its own owner."""
    rule = rule_of(kind, policy)
    return (rule.owner if isinstance(rule, LearningsRule) else None) or policy.owner


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


def moment_of(day: date, rule: LearningsRule | SuccessPack, policy: Policy) -> datetime:
    """Return when a list is posted on a day."""
    return datetime.combine(day, rule.at, policy.zone)


def since(kind: LearningsKind, day: date) -> date:
    """Return the day of the list before."""
    if kind is LearningsKind.WEEKLY:
        return day - timedelta(days=7)
    first = day
    for _ in range(MONTHS_OF_QUARTER if kind is LearningsKind.REFRESHER else 1):
        first = first.replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, first.day))
