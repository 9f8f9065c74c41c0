"""The hot list: the escalated customers for leadership, and when it is posted (S0)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum, auto

from bot.policy.decide.customer_state import LastWord
from bot.policy.model.hot_list import HotList
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts

_FURTHEST_DAYS = 8


class Trend(Enum):
    """How a customer's severity compares with a week ago."""

    SAME = auto()
    NEW = auto()
    HEAVIER = auto()
    LIGHTER = auto()


@dataclass(frozen=True, slots=True)
class HotCustomer:
    """A customer on the hot list. `facts` is what is most urgent of `count` open escalations, open `since`.

    `ask` is the one thing that executives should do.
    """

    account_id: int
    facts: EscalationFacts
    policy: Policy
    count: int
    since: datetime
    rank: int
    last_word: LastWord | None = None
    ask: str | None = None
    trend: Trend = Trend.SAME


@dataclass(frozen=True, slots=True)
class HotListPage:
    """The hot list of a day as of `at`.

    `total` is the number of escalated customers, of whom `customers` are the most urgent; `before` is the total of a
    week ago, if a list was posted then. Confidential ones are only counted.
    """

    on: date
    at: datetime
    policy: Policy
    customers: tuple[HotCustomer, ...] = ()
    total: int = 0
    confidential: int = 0
    before: int | None = None
    # The unreadable escalations that are left out.
    unreadable: tuple[int, ...] = ()

    @property
    def is_wanted(self) -> bool:
        """Return True if there is anything to tell."""
        return bool(self.total or self.confidential)

    def snapshot(self) -> Mapping[str, int]:
        """Return the rank of each customer's level, to compare the list of next week with."""
        return {str(each.account_id): each.rank for each in self.customers}


@dataclass(frozen=True, slots=True)
class EarlierList:
    """The list of about a week ago: how many customers, and the rank of each level by account."""

    total: int
    ranks: Mapping[str, int] = field(default_factory=dict)


def trend(
    account_id: int,
    rank: int,
    since: datetime,
    now: datetime,
    earlier: EarlierList | None,
    last: EarlierList | None = None,
) -> Trend:
    """Return how a customer's level moved in a week. Without an earlier list only a new customer is known.

    A customer is new once: not if the `last` list, of the day before this one, has them.
    """
    is_listed = last is not None and str(account_id) in last.ranks
    if since > now - timedelta(days=7) and not is_listed:
        return Trend.NEW
    was = earlier.ranks.get(str(account_id)) if earlier is not None else None
    if was is None or was == rank:
        return Trend.SAME
    return Trend.HEAVIER if rank < was else Trend.LIGHTER


def next_time(now: datetime, policy: Policy) -> tuple[date, datetime] | None:
    """Return the next day and moment at which a list is posted; None if the policy names no day.

    Public holidays of the business calendar are left out unless it has no hours on that weekday at all. An hour that
    the change of the clocks skips becomes the one after it.
    """
    rule, zone = policy.hot_list, policy.zone
    for days in range(_FURTHEST_DAYS * 2):
        day = now.astimezone(zone).date() + timedelta(days=days)
        at = datetime.combine(day, rule.at, zone)
        if at.timestamp() > now.timestamp() and _is_day(rule, policy, day):
            return day, at
    return None


def due_on(now: datetime, policy: Policy) -> date | None:
    """Return today if today's list is due already, in the policy's zone; after an outage it is late, not left out."""
    today = now.astimezone(policy.zone).date()
    at = datetime.combine(today, policy.hot_list.at, policy.zone)
    return today if at.timestamp() <= now.timestamp() and _is_day(policy.hot_list, policy, today) else None


def _is_day(rule: HotList, policy: Policy, day: date) -> bool:
    if day.weekday() not in rule.days:
        return False
    week = (day + timedelta(days=7 * each) for each in (-1, 1))
    is_workday = any(policy.business.is_working_day(each) for each in week)
    return policy.business.is_working_day(day) or not is_workday
