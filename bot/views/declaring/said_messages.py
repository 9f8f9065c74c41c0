"""Messages in Slack's payloads, in our own words."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.policy.record.captures import SaidMessage
from bot.views.declaring import message_words


def said(channel: str, message: Mapping[str, Any]) -> SaidMessage | None:
    """Return a message; None if Slack's time of it can't be read."""
    ts = str(message.get("ts") or "")
    try:
        at = datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    author = message.get("user")
    words = message_words.words(message, {})
    return SaidMessage(channel, ts, author if isinstance(author, str) else None, words, at)
