"""The digest: what a manager should know this morning, selected and sorted.

"Today" is the reader's own day (docs/policy.md#the-digest).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.policy.excerpts import Excerpt
from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.review_due import review_due_at
from bot.policy.record import sla
from bot.policy.record.escalation import FIX_OWNER, MANAGER, RELATIONSHIP_OWNER, EscalationFacts, Status
from bot.policy.record.sla import ClockFacts

_FURTHEST_DAYS = 366
_MONDAY = 0


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One escalation in the digest, with what is notable about it."""

    facts: EscalationFacts
    policy: Policy
    breached: tuple[str, ...]
    due_today: tuple[tuple[str, datetime], ...]
    unacknowledged: bool


@dataclass(frozen=True, slots=True)
class OpenDueTimes:
    """When an escalation's clocks and its review are due; None for those not running."""

    response: datetime | None
    resolution: datetime | None
    review: datetime | None


@dataclass(frozen=True, slots=True)
class DigestCounts:
    """How many escalations a digest is about, of which it may show only a part.

    `levels` is the number of escalations by rank of level.
    """

    total: int = 0
    late: int = 0
    unacknowledged: int = 0
    levels: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Digest:
    """A manager's digest. `is_working_day` is by the business calendar, on the reader's date.

    `lines` are the first of those in `counts`. `watched` are escalations in the watch after resolution, closed ones
    included. `to_review` is the policy in force if its review is overdue and this is the weekday to mention it.
    """

    manager: str
    on: date
    zone: ZoneInfo
    lines: tuple[DigestLine, ...]
    is_working_day: bool
    to_review: Policy | None = None
    watched: Excerpt[EscalationFacts] = field(default_factory=Excerpt)
    counts: DigestCounts = field(default_factory=DigestCounts)
    # The numbers of the lines whose escalation can't be read.
    unreadable: tuple[int, ...] = ()

    @property
    def is_wanted(self) -> bool:
        """Return True if it should be sent: never empty, and outside working days only for a level-one escalation."""
        top = any(line.policy.is_top(line.facts.level) for line in self.lines) or bool(self.counts.levels.get(0))
        return bool(self.lines or self.unreadable) and (self.is_working_day or top)


def concerns(facts: EscalationFacts, manager: Collection[str], reports: Collection[str]) -> bool:
    """Return True if a manager manages an escalation, or one of its owners reports to them."""
    if facts.holder(MANAGER) in manager:
        return True
    return any(facts.holder(role) in reports for role in (FIX_OWNER, RELATIONSHIP_OWNER))


def lines(
    escalations: Sequence[tuple[EscalationFacts, Policy]], *, now: datetime, zone: ZoneInfo
) -> tuple[DigestLine, ...]:
    """Return a line for each, heaviest level first, within it the breached, then by due time."""
    return in_order(line(facts, policy, now, zone) for facts, policy in escalations)


def in_order(found: Iterable[DigestLine]) -> tuple[DigestLine, ...]:
    """Return lines in the order of `lines`."""
    return tuple(sorted(found, key=_order))


def _order(line: DigestLine) -> tuple[int, bool, datetime, int]:
    soonest = min((at for _, at in line.due_today), default=datetime.max.replace(tzinfo=ZoneInfo("UTC")))
    return line.policy.rank(line.facts.level), not line.breached, soonest, line.facts.number


def line(facts: EscalationFacts, policy: Policy, now: datetime, zone: ZoneInfo) -> DigestLine:
    """Return the line of one escalation, for a reader in a zone."""
    today = now.astimezone(zone).date()
    if facts.is_proposed:
        # Its clocks run, but nobody works on it before it is answered.
        return DigestLine(facts, policy, (), (), unacknowledged=False)
    breached, due = [], []
    dues = open_due_times(facts, policy)
    for name, at in (
        ("response", dues.response),
        ("resolution", dues.resolution),
        ("customer update", facts.customer_update_due_at),
        ("internal update", facts.internal_update_due_at),
        ("review", dues.review),
    ):
        if at is None:
            continue
        if at <= now:
            breached.append(name)
        elif at.astimezone(zone).date() == today:
            due.append((name, at))
    waits = facts.status is Status.OPEN and not facts.is_acknowledged
    return DigestLine(facts, policy, tuple(breached), tuple(due), waits)


def open_due_times(facts: EscalationFacts, policy: Policy) -> OpenDueTimes:
    """Return the due times of running clocks and of an unfinished review."""

    def of(clock: ClockFacts) -> datetime | None:
        runs = bool(clock.spans) and clock.spans[-1].stopped_at is None
        return sla.due_at(clock, policy.calendars) if runs else None

    review = review_due_at(facts, policy) if facts.review.finished_on is None else None
    return OpenDueTimes(response=of(facts.response), resolution=of(facts.resolution), review=review)


def tomorrow(now: datetime, zone: ZoneInfo) -> datetime:
    """Return when the reader's next day begins."""
    return datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone)


def to_review(policy: Policy, today: date) -> Policy | None:
    """Return the policy if its review is overdue, on Mondays: once a week is often enough."""
    return policy if today.weekday() == _MONDAY and policy.review_is_overdue(today) else None


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
