"""The next update on the card: of the customer's and the internal one whichever is due first, the other at the end."""

from dataclasses import dataclass
from datetime import datetime

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.promises import PromiseTally
from bot.views.kit import labels


@dataclass(frozen=True, slots=True)
class NextUpdate:
    """The field of the card: its name and value, and what stands in the last line, or None."""

    name: str
    value: str
    other: str | None


def next_update(facts: EscalationFacts, policy: Policy, now: datetime, tally: PromiseTally) -> NextUpdate:
    """Return which update is due first. No running clock is left out."""
    has_news = tally.total and facts.withdrawal is None
    kept = f" · {labels.promises(tally)}" if has_news else ""
    customer = f"{labels.next_customer_update(facts, policy, now)}{kept}"
    internal = labels.next_internal_update(facts, policy, now)
    if internal is None:
        return NextUpdate("Next customer update", customer, None)
    due_at, internal_at = facts.customer_update_due_at, facts.internal_update_due_at
    if due_at == internal_at:
        return NextUpdate("Next update", f"{customer}\n_Customer and internal_", None)
    if internal_at is not None and (due_at is None or internal_at < due_at):
        return NextUpdate("Next internal update", internal, f"customer update: {_within(customer)}")
    return NextUpdate("Next customer update", customer, f"internal update: {_within(internal)}")


def _within(words: str) -> str:
    """Return words for the middle of a line."""
    return f"{words[:1].lower()}{words[1:]}"
