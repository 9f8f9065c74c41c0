"""Parts shared by the sentences about updates and clocks."""

from datetime import timedelta

from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit import ids
from bot.views.kit.parts import asking, button
from bot.views.kit.text import length


def asking_for_update(text: str, then: str, facts: EscalationFacts) -> Message:
    """Return a message with the buttons that post an update."""
    value = str(facts.number)
    return asking(
        text,
        then,
        button("Post an update", ids.PRESS_UPDATE, value, style="primary"),
        button("Send “still investigating”", ids.PRESS_STILL, value),
    )


def late(by: timedelta | None) -> str:
    """Return the sentence about a notice that is late; nothing if it is on time."""
    return f" This notice is {length(by)} late, because Escalate was not running." if by else ""
