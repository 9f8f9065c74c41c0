"""The state of a customer: escalated since when, how often, and how we kept our word (S0: "escalated" is a state)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from bot.policy.excerpts import Excerpt
from bot.policy.model.facts import AccountFacts
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.promises import PromiseTally

# S3 counts repeats in 30 days; promises and ratings are counted for a year.
REPEATS_WITHIN: Final = timedelta(days=30)
TALLIED: Final = timedelta(days=365)
# How many escalations that are over a page shows at once.
PAST_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Spell:
    """One escalation of a customer as a stretch of time. `ended_at` is None while it isn't closed."""

    declared_at: datetime
    ended_at: datetime | None
    rating: int | None = None


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """The customer's ratings, from 1 to 5: how many, and their average."""

    count: int
    average: float


@dataclass(frozen=True, slots=True)
class LastWord:
    """The newest update on an open escalation of the customer."""

    number: int
    by: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class AccountFollowUp:
    """A follow-up from a review of one of the customer's escalations."""

    number: int
    what: str
    owner: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """Facts about a customer that one person may see, as of `at`.

    `since` is None if nothing is open that they may see. `open` begins with what is most urgent, `past` with the
    newest; both hold a part. `own` are the person's identities.
    """

    account_id: int
    account: AccountFacts
    policy: Policy
    at: datetime
    today: date
    crm_url: str | None = None
    since: datetime | None = None
    open: Excerpt[tuple[EscalationFacts, Policy]] = field(default_factory=Excerpt)
    past: Excerpt[tuple[EscalationFacts, Policy]] = field(default_factory=Excerpt)
    repeats: int = 0
    promises: PromiseTally = field(default_factory=PromiseTally)
    satisfaction: Satisfaction | None = None
    last_word: LastWord | None = None
    follow_ups: Excerpt[AccountFollowUp] = field(default_factory=Excerpt)
    own: frozenset[str] = frozenset()


def escalated_since(spells: Sequence[Spell]) -> datetime | None:
    """Return since when a customer has been escalated without a break; None if nothing is open.

    An escalation that was closed after the next began belongs to the same stretch.
    """
    since: datetime | None = None
    for spell in sorted(spells, key=lambda one: (one.ended_at is not None, -_end(one))):
        if spell.ended_at is None or (since is not None and spell.ended_at >= since):
            since = spell.declared_at if since is None else min(since, spell.declared_at)
        elif since is None:
            return None
    return since


def _end(spell: Spell) -> float:
    return spell.ended_at.timestamp() if spell.ended_at is not None else 0.0


def repeats(spells: Sequence[Spell], now: datetime) -> int:
    """Return how many escalations began in the last 30 days."""
    return sum(spell.declared_at > now - REPEATS_WITHIN for spell in spells)


def satisfaction(spells: Sequence[Spell], now: datetime) -> Satisfaction | None:
    """Return how the customer rated what was declared in the last year; None if they rated nothing."""
    ratings = [spell.rating for spell in spells if spell.rating is not None and spell.declared_at > now - TALLIED]
    return Satisfaction(len(ratings), sum(ratings) / len(ratings)) if ratings else None
