"""Attention: who has to look at an escalation now, what Home puts on top, and the order of lists."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.policy.decide.lifecycle import Move, refusals_by_guard
from bot.policy.excerpts import Excerpt
from bot.policy.model.directory import identity_key
from bot.policy.model.rules import Policy
from bot.policy.plan.due_steps import due_steps
from bot.policy.plan.obligations import closers
from bot.policy.record.action_items import LateItems
from bot.policy.record.escalation import FIX_OWNER, MANAGER, RELATIONSHIP_OWNER, EscalationFacts
from bot.policy.record.follow_ups import LateFollowUps
from bot.policy.record.obligations import OwedLines
from bot.policy.record.promises import PromiseTally

# Holders of these roles have to act.
ACTING: Final = (FIX_OWNER, RELATIONSHIP_OWNER, MANAGER)
# What is due within this time needs its people now.
SOON: Final = timedelta(hours=1)

_NEVER: Final = datetime.max.replace(tzinfo=UTC)
Place = tuple[bool, bool, int, datetime, int]


@dataclass(frozen=True, slots=True)
class OpenCounts:
    """How many escalations are open, of which how many are overdue and unacknowledged, and need somebody."""

    total: int = 0
    overdue: int = 0
    unacknowledged: int = 0
    needing: int = 0


@dataclass(frozen=True, slots=True)
class HomePage:
    """An excerpt of what one person may see: first `needs_you`, then `others`.

    `excerpt` tells where it begins. `own` are the person's identities.
    """

    counts: OpenCounts = field(default_factory=OpenCounts)
    excerpt: Excerpt[tuple[EscalationFacts, Policy]] = field(default_factory=Excerpt)
    needs_you: tuple[tuple[EscalationFacts, Policy], ...] = ()
    others: tuple[tuple[EscalationFacts, Policy], ...] = ()
    own: frozenset[str] = frozenset()
    # False under a policy that has account programmes only.
    declares_issues: bool = True
    # The person's own promises of the last 30 days.
    promises: PromiseTally = field(default_factory=PromiseTally)
    # Their own follow-ups that are late.
    follow_ups: LateFollowUps | None = None
    # Their own action items that are late.
    items: LateItems = field(default_factory=LateItems)
    # What else they owe, and the slash command, which lists what doesn't fit.
    owed: OwedLines = field(default_factory=OwedLines)
    command: str = ""

    @property
    def owes(self) -> bool:
        """Return True if they owe something besides escalations: a late follow-up or action item, or another thing."""
        return bool(self.owed.shown or self.items.shown or (self.follow_ups is not None and self.follow_ups.shown))


def is_unacknowledged(facts: EscalationFacts) -> bool:
    """Return True if unacknowledged, and somebody should."""
    return facts.awaits_acknowledgement and not facts.is_proposed


def is_overdue(facts: EscalationFacts, policy: Policy, now: datetime) -> bool:
    """Return True if something is due already."""
    return any(step.at <= now for step in due_steps(facts, policy))


def needs(facts: EscalationFacts, policy: Policy, own: Collection[str], now: datetime) -> bool:
    """Return True if it needs somebody (by their identities) now: they act on it, close it, or answer the proposal."""
    if facts.is_proposed:
        return not refusals_by_guard(facts, Move.ACCEPT, policy.guards.accept, own)
    if any(identity_key(person) in own for person in closers(facts, policy)):
        return True
    if not any(facts.holder(role) in own for role in ACTING):
        return False
    return is_unacknowledged(facts) or any(step.at <= now + SOON for step in due_steps(facts, policy))


def takes_part(facts: EscalationFacts, own: Collection[str]) -> bool:
    """Return True if somebody holds a role or declared it; others only read."""
    return facts.declared_by in own or any(holder.person in own for holder in facts.holders.values())


def place(facts: EscalationFacts, policy: Policy, now: datetime, *, leads: bool) -> Place:
    """Return the sort key of lists, the same order as `bot.database.list_queries.most_urgent`.

    Those that lead come first. Within both parts the overdue come first, heaviest level first; of the others those
    that lead are ordered by what is due next, the rest by level and then by what is due next.
    """
    steps, late = due_steps(facts, policy), is_overdue(facts, policy, now)
    weight = 0 if leads and not late else policy.rank(facts.level)
    return (not leads, not late, weight, steps[0].at if steps else _NEVER, facts.number)
