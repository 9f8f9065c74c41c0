"""Messages about a channel named by the policy or a setting in which the bot can't post."""

from bot.policy.names import is_channel_id
from bot.views.kit.closed_channels import why_closed
from bot.views.kit.text import escape

_UNARCHIVE = "Unarchive it and invite Escalate with `/invite`"
_MEND = {
    "is_archived": _UNARCHIVE,
    "is_inactive": _UNARCHIVE,
    "name_taken": "Unarchive it, or invite Escalate with `/invite`",
    "shared_channel": "Stop sharing it",
    "restricted_action": "Ask an administrator of the workspace to allow it",
}
_MEND_BY_DEFAULT = "Invite Escalate with `/invite`"


def named(channel: str) -> str:
    """Return a channel as people read it, from its id or its name with or without `#`."""
    return f"<#{channel}>" if is_channel_id(channel) else f"#{escape(channel.removeprefix('#'))}"


def how_to_mend(why: str) -> str:
    """Return what a person can do about it."""
    return _MEND.get(why, _MEND_BY_DEFAULT)


def lost(channel: str, why: str) -> str:
    """Return the message to the policy owner about a channel that can't be posted to."""
    return (
        f":warning: Escalate can't post in {named(channel)}, which the policy names: {why_closed(why)}. "
        f"{how_to_mend(why)}, or name another channel in the policy. Messages wait until then."
    )
