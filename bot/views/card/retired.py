"""The remains of the checklist and the intake list that earlier versions posted in the channel."""

from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit.parts import context


def draw(facts: EscalationFacts) -> Message:
    """Draw the line that replaces either."""
    text = f"{facts.key}: checklist and details open from the pinned card."
    return Message(text, (context(text),))
