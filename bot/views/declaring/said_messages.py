"""Messages in Slack's payloads, in our own words."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.policy.addresses import is_web_address
from bot.policy.record.captures import SaidMessage, SharedFile
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


def files(message: Mapping[str, Any]) -> Sequence[SharedFile]:
    """Return the files of a message that still exist, as far as Slack says what they are."""
    found = message.get("files")
    known = [one for one in (found if isinstance(found, list) else ()) if isinstance(one, dict) and one.get("id")]
    return [
        SharedFile(
            str(one["id"]), _text(one, "name") or _text(one, "title") or "file", _text(one, "mimetype"), _link(one)
        )
        for one in known
        if one.get("mode") != "tombstone"
    ]


def _link(file: Mapping[str, Any]) -> str | None:
    link = _text(file, "permalink")
    return link if link is not None and is_web_address(link) else None


def _text(file: Mapping[str, Any], name: str) -> str | None:
    found = file.get(name)
    return found if isinstance(found, str) and found else None
