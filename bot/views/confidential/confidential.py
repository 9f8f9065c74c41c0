"""What stands in the place of what is confidential: that something happened, and nothing of whom."""

from typing import Final

from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit.parts import section

# The topic and the purpose of a channel that is left behind.
SIGN: Final = "This is archived. Its matter goes on elsewhere."


def left_behind(facts: EscalationFacts) -> Message:
    """Draw what stays of a card in the channel of what has become confidential."""
    return _line(
        f":lock: {facts.key} has been made confidential. Its people go on elsewhere, and this channel is archived."
    )


def withheld(facts: EscalationFacts) -> Message:
    """Draw what stays of anything else that was said of it."""
    return _line(f":lock: {facts.key} has been made confidential. Its people go on with it in a channel of their own.")


def withheld_list() -> Message:
    """Draw what stays of a list in which it stood."""
    return _line(
        ":lock: Something on this list has been made confidential, so the list is gone. The Home tab shows how "
        "things stand now."
    )


def _line(text: str) -> Message:
    return Message(text, (section(text),))
