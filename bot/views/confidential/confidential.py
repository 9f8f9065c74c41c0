"""Replacements for confidential content: that something happened, but not to whom."""

from typing import Final

from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit.parts import section

# The topic and purpose of an abandoned channel.
ABANDONED: Final = "Archived. Work continues in a private channel."


def left_behind(facts: EscalationFacts) -> Message:
    """Draw the replacement of the card in the channel of an escalation that became confidential."""
    return _line(f":lock: {facts.key} is now confidential. Work continues in a private channel; this one is archived.")


def withheld(facts: EscalationFacts) -> Message:
    """Draw the replacement of any other message about it."""
    return _line(f":lock: {facts.key} is now confidential. Work continues in a private channel.")


def withheld_list() -> Message:
    """Draw the replacement of a list that contained it."""
    return _line(":lock: This list is gone: something on it is now confidential. Home has the current one.")


def _line(text: str) -> Message:
    return Message(text, (section(text),))
