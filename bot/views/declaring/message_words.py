"""The words of a message that somebody escalates: as a person reads them, and the first sentence as the summary."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bot.views.kit.text import as_typed, one_line

_MENTION = re.compile(r"<@(?P<person>[UW][A-Z0-9]{2,})(?:\|[^<>]*)?>")
# A sentence ends at a line break, or at a mark that a space or the end follows.
_END = re.compile(r"(?<=[.!?…])\s+|\n+")
# Quotation marks and list marks before the first word.
_BEFORE = re.compile(r"^(?:[>•*\-–—\s]|\d+[.)]\s)+")  # noqa: RUF001 - people type dashes of every length
# "Hi all," and "Quick question:" say nothing yet.
_FEWEST_WORDS: Final = 3


def people_in(message: Mapping[str, Any]) -> Sequence[str]:
    """Return the Slack ids of the people mentioned."""
    return [found["person"] for found in _MENTION.finditer(_markup(message))]


def words(message: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Return a message as a person reads it; `names` are those of the people mentioned, by Slack id."""
    named = _MENTION.sub(lambda found: f"@{names[found[1]]}" if found[1] in names else found[0], _markup(message))
    return as_typed(named).strip()


def first_sentence(text: str) -> str:
    """Return the first sentence with something to say, on one line; without one, the first there is."""
    sentences = [said for part in _END.split(text) if (said := one_line(_BEFORE.sub("", part)))]
    telling = (said for said in sentences if len(said.split()) >= _FEWEST_WORDS)
    return next(telling, next(iter(sentences), "")).rstrip(".")


def _markup(message: Mapping[str, Any]) -> str:
    """Return the message's text; of an app that sends only attachments, theirs."""
    return str(message.get("text") or "") or "\n".join(_attached(message))


def _attached(message: Mapping[str, Any]) -> Iterator[str]:
    for attachment in message.get("attachments") or ():
        if isinstance(attachment, dict):
            said = attachment.get("text") or attachment.get("fallback")
            yield from [said] if isinstance(said, str) else []
