"""Channel messages about texts for the customer."""

from bot.policy.record.announcements.sending import NotSent
from bot.policy.record.escalation import RELATIONSHIP_OWNER, EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit import ids
from bot.views.kit.closed_channels import why_closed
from bot.views.kit.parts import actions, button, section
from bot.views.kit.text import person
from bot.views.sending.ways import place


def draw(told: NotSent, facts: EscalationFacts) -> Message:
    """Draw that a text didn't arrive, with another way while the customer still has to be told."""
    why, to = why_closed(told.why), place(told.to)
    if not told.is_over and not told.is_retried:
        text = f":warning: The customer update didn't reach {to}: {why}."
        return Message(text, (section(text),))
    owner = person(facts.holder(RELATIONSHIP_OWNER) or facts.declared_by)
    then = "We're trying again." if told.is_retried else "The customer doesn't know yet."
    text = f":x: {owner}, the customer update didn't reach {to}: {why}. {then}"
    open_text = facts.open_text
    if open_text is None or open_text.id != told.text:
        return Message(text, (section(text),))
    otherwise = button("Send another way", ids.PRESS_SEND_OTHERWISE, str(facts.number), style="primary")
    return Message(text, (section(text), actions(otherwise)))
