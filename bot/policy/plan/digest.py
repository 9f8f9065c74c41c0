"""The digest: what a manager should know this morning, selected and sorted.

"Today" is the reader's own day (docs/policy.md#the-digest).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.policy.excerpts import Excerpt, Listed
from bot.policy.model.rules import Policy
from bot.policy.plan.attention import is_unacknowledged, place
from bot.policy.plan.due_steps import OpenStep, due_steps
from bot.policy.record.action_items import LateItems
from bot.policy.record.escalation import FIX_OWNER, MANAGER, RELATIONSHIP_OWNER, EscalationFacts
from bot.policy.record.follow_ups import LateFollowUps
from bot.policy.record.obligations import OwedLines
from bot.policy.record.promises import PromiseTally

_FURTHEST_DAYS = 366
_MONDAY = 0
_MOST_DAYS_OF_NEWS = 7


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One escalation in the digest, with what is notable about it."""

    facts: EscalationFacts
    policy: Policy
    overdue: tuple[OpenStep, ...]
    due_today: tuple[OpenStep, ...]
    unacknowledged: bool

    @property
    def needs_action(self) -> bool:
        """Return True if something is overdue, or unacknowledged."""
        return bool(self.overdue) or self.unacknowledged


@dataclass(frozen=True, slots=True)
class DigestHours:
    """When somebody wants their digest: the hour in their own zone, and the days (Monday is 0). No day means never."""

    hour: int
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DigestNews:
    """The news since the digest before, `days` ago: declared and resolved ones of what is open, and missed updates."""

    declared: int = 0
    resolved: int = 0
    broken: int = 0
    days: int = 1


@dataclass(frozen=True, slots=True)
class DigestCounts:
    """How many escalations a digest is about, of which it may show only a part.

    `levels` is the number of escalations by rank of level.
    """

    total: int = 0
    late: int = 0
    # What is due later on the reader's day, of those with nothing overdue.
    due_today: int = 0
    unacknowledged: int = 0
    levels: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Digest:
    """A manager's digest as of `at`. `is_working_day` is by the business calendar, on the reader's date.

    `lines` are the first of those in `counts`. `watched` are escalations in the watch after resolution, closed ones
    included. `to_review` is the policy in force if its review is overdue and this is the weekday to mention it.
    """

    manager: str
    at: datetime
    on: date
    zone: ZoneInfo
    lines: tuple[DigestLine, ...]
    is_working_day: bool
    to_review: Policy | None = None
    watched: Excerpt[EscalationFacts] = field(default_factory=Excerpt)
    counts: DigestCounts = field(default_factory=DigestCounts)
    # The reader's identities.
    own: frozenset[str] = frozenset()
    # The customer of each line, by number.
    under: Mapping[int, Listed] = field(default_factory=dict)
    # The numbers of the lines whose escalation can't be read.
    unreadable: tuple[int, ...] = ()
    # The follow-ups of their people, or on their escalations, whose date has passed.
    follow_ups: LateFollowUps | None = None
    # The same of action items.
    items: LateItems = field(default_factory=LateItems)
    # What else the reader owes, and what else of their people is overdue.
    owed: OwedLines = field(default_factory=OwedLines)
    owed_by_team: OwedLines = field(default_factory=OwedLines)
    news: DigestNews = field(default_factory=DigestNews)
    # What the reader has chosen; None for the working days.
    chosen: DigestHours | None = None
    # The promised updates that they and their people owed in the last 30 days.
    promises: PromiseTally = field(default_factory=PromiseTally)

    @property
    def has_late_follow_ups(self) -> bool:
        """Return True if a follow-up is late."""
        return self.follow_ups is not None and self.follow_ups.total > 0

    @property
    def has_other_work(self) -> bool:
        """Return True if something besides escalations is late, or the reader owes something else."""
        others = self.items.total + self.owed.total + self.owed_by_team.total
        return self.has_late_follow_ups or others > 0

    @property
    def is_wanted(self) -> bool:
        """Return True if it should be sent: never empty, and on the days that its reader has chosen.

        Without a choice it comes on working days, on others only for a level-one escalation.
        """
        top = any(line.policy.is_top(line.facts.level) for line in self.lines) or bool(self.counts.levels.get(0))
        anything = self.lines or self.unreadable or self.has_other_work
        if self.chosen is not None:
            return bool(anything) and self.on.weekday() in self.chosen.days
        return bool(anything) and (self.is_working_day or top)


def concerns(facts: EscalationFacts, manager: Collection[str], reports: Collection[str]) -> bool:
    """Return True if a manager manages an escalation, or one of its owners or its manager is among their people.

    `reports` are all who are below them in the line of managers.
    """
    if facts.holder(MANAGER) in manager:
        return True
    return any(facts.holder(role) in reports for role in (FIX_OWNER, RELATIONSHIP_OWNER, MANAGER))


def lines(
    escalations: Sequence[tuple[EscalationFacts, Policy]], *, now: datetime, zone: ZoneInfo
) -> tuple[DigestLine, ...]:
    """Return a line for each: those that need action first, in the order of `bot.policy.plan.attention.place`."""
    made = [line(facts, policy, now, zone) for facts, policy in escalations]
    return tuple(sorted(made, key=lambda one: place(one.facts, one.policy, now, leads=one.needs_action)))


def line(facts: EscalationFacts, policy: Policy, now: datetime, zone: ZoneInfo) -> DigestLine:
    """Return the line of one escalation, for a reader in a zone."""
    today, steps = now.astimezone(zone).date(), due_steps(facts, policy)
    return DigestLine(
        facts,
        policy,
        overdue=tuple(step for step in steps if step.at <= now),
        due_today=tuple(step for step in steps if step.at > now and step.at.astimezone(zone).date() == today),
        unacknowledged=is_unacknowledged(facts),
    )


def to_review(policy: Policy, today: date) -> Policy | None:
    """Return the policy if its review is overdue, on Mondays: once a week is often enough."""
    return policy if today.weekday() == _MONDAY and policy.review_is_overdue(today) else None


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def days_of_news(on: date, chosen: DigestHours | None, is_working_day: Callable[[date], bool]) -> int:
    """Return how many days ago the digest before came: over a weekend more than one, and at most a week."""
    for days in range(1, _MOST_DAYS_OF_NEWS):
        day = on - timedelta(days=days)
        if is_working_day(day) if chosen is None else day.weekday() in chosen.days:
            return days
    return _MOST_DAYS_OF_NEWS


def morning_after(now: datetime, zone: ZoneInfo, hour: int) -> tuple[date, datetime]:
    """Return the next day whose morning hasn't begun, and that morning, in the reader's zone.

    On the night the clocks change, an hour that doesn't exist becomes the one after it.
    """
    local = now.astimezone(zone)
    for days in range(_FURTHEST_DAYS):
        day = local.date() + timedelta(days=days)
        at = datetime.combine(day, time(hour), zone)
        if at.timestamp() > now.timestamp():
            return day, at
    raise ValueError(f"no morning after {now}")
