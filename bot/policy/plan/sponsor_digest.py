"""The weekly digest of an executive sponsor: how the customers they stand behind are, and what is needed of them."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.policy.model.rules import Policy
from bot.policy.plan.digest import DigestHours, DigestNews, monday_of
from bot.policy.plan.hot_list import HotCustomer

# What is told is what happened in so many days.
WEEK: Final = timedelta(days=7)
_FURTHEST_DAYS: Final = 15


@dataclass(frozen=True, slots=True)
class SponsorDigest:
    """A sponsor's digest as of `at`.

    `total` is how many of their customers are escalated, of whom `customers` are the most urgent.
    """

    sponsor: str
    at: datetime
    policy: Policy
    customers: tuple[HotCustomer, ...] = ()
    total: int = 0
    # What was declared and resolved in the last week, and the promised updates to these customers that were missed.
    news: DigestNews = field(default_factory=DigestNews)
    # The unreadable escalations that are left out.
    unreadable: tuple[int, ...] = ()

    @property
    def is_wanted(self) -> bool:
        """Return True if there is anything to tell."""
        return bool(self.customers or self.unreadable or self.news.declared or self.news.resolved)


def next_time(now: datetime, policy: Policy, zone: ZoneInfo, hours: DigestHours, *, chosen: bool) -> datetime | None:
    """Return when the next digest comes, in the sponsor's zone; None if they have chosen no day.

    Without a choice of theirs, a Monday on which the company is closed becomes the week's first working day.
    """
    today = now.astimezone(zone).date()
    for days in range(_FURTHEST_DAYS):
        day = today + timedelta(days=days)
        at = datetime.combine(day, time(hours.hour), zone)
        if at.timestamp() > now.timestamp() and (day.weekday() in hours.days if chosen else _is_first(day, policy)):
            return at
    return None


def _is_first(day: date, policy: Policy) -> bool:
    """Return True for the first working day of a week, and for the Monday of a week without any."""
    monday = monday_of(day)
    week = (monday + timedelta(days=number) for number in range(WEEK.days))
    return day == next((each for each in week if policy.business.is_working_day(each)), monday)
