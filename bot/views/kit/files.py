"""Files in Slack's payloads, of messages and of forms."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.policy.addresses import is_web_address
from bot.policy.record.captures import SharedFile


def files(holder: Mapping[str, Any]) -> Sequence[SharedFile]:
    """Return the files of a message or of a form's field that still exist, as far as Slack says what they are."""
    found = holder.get("files")
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
