"""Replacements for confidential content: that something happened, but not to whom."""

from typing import Final

from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit.parts import section

# The topic and purpose of an abandoned channel.
ABANDONED: Final = "This is archived. Its matter goes on elsewhere."


def left_behind(facts: EscalationFacts) -> Message:
    """Draw the replacement of the card in the channel of an escalation that became confidential."""
    return _line(
        f":lock: {facts.key} has been made confidential. Its people go on elsewhere, and this channel is archived."
    )


def withheld(facts: EscalationFacts) -> Message:
    """Draw the replacement of any other message about it."""
    return _line(f":lock: {facts.key} has been made confidential. Its people go on with it in a channel of their own.")


def withheld_list() -> Message:
    """Draw the replacement of a list that contained it."""
    return _line(
        ":lock: Something on this list has been made confidential, so the list is gone. The Home tab shows how "
        "things stand now."
    )


def _line(text: str) -> Message:
    return Message(text, (section(text),))
