"""Texts that are offered ready to send, to the customer or in an update without news."""

import re

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts

OFFER_OF_A_CALL = (
    "Thank you for telling us so openly. I want to put this right with you. I'd like to offer you a call with a senior "
    "member of our team. Which day suits you best?"
)
INCIDENT_IS_OVER = (
    "The issue we told you about is resolved. Thank you for your patience. If you still see it, please tell us right "
    "away."
)
_BRACKET = re.compile(r"\[[^\[\]]+\]")
STILL_INVESTIGATING = "Still investigating, root cause not yet isolated."


def still_investigating_to_customer(next_at: str | None) -> str:
    """Return the customer text for an update without news. `next_at` is plain text with its zone."""
    promise = f" We'll write again by {next_at}." if next_at else ""
    return f"We're still investigating; the root cause isn't isolated yet.{promise}"


def first_message(facts: EscalationFacts, policy: Policy) -> str | None:
    """Return the policy's first text to the customer, its [brackets] filled in as far as known; None without one.

    A person fills in the others. The time is that of the team the words name. Without one, the words give no time.
    """
    words = policy.templates.urgent if policy.is_top(facts.level) else policy.templates.standard
    if not words:
        return None
    category = policy.category(facts.category) if facts.category else None
    team = f"{policy.team(category.team).name} team" if category is not None and category.team else "team"
    known = {"[ID]": facts.ticket.number if facts.ticket and facts.ticket.number else facts.key, "[team name]": team}
    terms = facts.team_answer.terms
    known |= {"[timeframe]": terms.target.in_words()} if terms is not None else {" within [timeframe]": ""}
    for bracket, word in known.items():
        words = words.replace(bracket, word)
    return words


def left_open(words: str, facts: EscalationFacts, policy: Policy) -> str | None:
    """Return the first [bracket] of the policy's text that nobody has filled in; None if there is none."""
    offered = first_message(facts, policy) or ""
    return next((found for found in _BRACKET.findall(words) if found in offered), None)
