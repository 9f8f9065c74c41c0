"""The card's line about a text that hasn't reached the customer."""

from collections.abc import Iterator

from bot.policy.model.rules import Policy
from bot.policy.record.customer_texts import TextState
from bot.policy.record.escalation import EscalationFacts
from bot.views.kit.closed_channels import why_closed
from bot.views.kit.text import moment, person


def on_the_card(facts: EscalationFacts, policy: Policy) -> Iterator[str]:
    """Yield a line about the newest text, while it waits for somebody or has failed. A draft is nobody's duty."""
    text = facts.open_text
    if text is None:
        return
    if text.state is TextState.FAILED:
        yield f":x: The customer wasn't told: {why_closed(text.why or 'refused')}. Post the update another way."
    elif text.state is TextState.APPROVED and text.why:
        yield f":warning: The update hasn't reached the customer yet: {why_closed(text.why)}. Trying again."
    elif text.state is TextState.ASKED:
        until = f" until {moment(text.expires_at, str(policy.zone))}" if text.expires_at else ""
        yield f":raised_hand: A customer update waits for {person(text.asked_of or text.by)} to approve{until}."
