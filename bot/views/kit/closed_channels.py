"""Why nothing can be posted in a channel, in words, from Slack's error codes."""

from typing import Final

from bot.views.kit.text import escape

_CLOSED: Final = {
    "name_taken": "the channel is private or archived",
    "channel_not_found": "the channel doesn't exist, or it's private and Escalate isn't in it",
    "is_archived": "it's archived",
    "is_inactive": "it's archived",
    "not_in_channel": "Escalate isn't in it",
    "shared_channel": "it's shared with another company",
    "restricted_action": "your workspace doesn't let apps post there",
}


def why_closed(why: str) -> str:
    """Return in words why nothing can be posted; other words than Slack's codes stay as they are."""
    return _CLOSED.get(why, escape(why))
