"""Slack's additions to a message: a `rich_text` block for text without blocks, defaults in text objects.

Links, mentions, emoji, the four styles, code and quotes are parsed as in Slack's mrkdwn.
"""

import hashlib
import re
from functools import lru_cache
from typing import Any

Json = dict[str, Any]

_PRE = re.compile(r"```(.*?)```", re.DOTALL)
_INLINE = re.compile(
    r"<(?P<angle>[^<>\n]+)>"
    r"|`(?P<code>[^`\n]+)`"
    r"|:(?P<emoji>[a-z0-9_+'-]+)(?:::skin-tone-(?P<tone>[2-6]))?:"
    r"|(?<![\w*_~])(?P<mark>[*_~])(?=\S)(?P<styled>(?:(?!(?P=mark))[^\n])+?)(?<=\S)(?P=mark)(?![\w*_~])"
)
_STYLES = {"*": "bold", "_": "italic", "~": "strike"}
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


@lru_cache(maxsize=2_048)
def rich_text(text: str) -> tuple[Json, ...]:
    """Return the blocks for a text; callers must not modify them."""
    elements: list[Json] = []
    at = 0
    for found in _PRE.finditer(text):
        elements += _paragraphs(text[at : found.start()])
        if inside := found[1].strip("\n"):
            elements.append({"type": "rich_text_preformatted", "elements": [_text(inside, {})]})
        at = found.end()
    elements += _paragraphs(text[at:])
    block_id = hashlib.blake2s(text.encode(errors="replace"), digest_size=3).hexdigest()
    return ({"type": "rich_text", "block_id": block_id, "elements": elements},)


def filled_in(value: Any) -> Any:
    """Return blocks with Slack's defaults in text objects: `emoji` in plain text, `verbatim` in mrkdwn."""
    if isinstance(value, list):
        return [filled_in(item) for item in value]
    if not isinstance(value, dict) or value.get("type") == "rich_text":
        return value
    filled = {name: filled_in(item) if isinstance(item, (dict, list)) else item for name, item in value.items()}
    match filled:
        case {"type": "plain_text", "text": str()}:
            filled.setdefault("emoji", True)
        case {"type": "mrkdwn", "text": str()}:
            filled.setdefault("verbatim", False)
    return filled


def _paragraphs(text: str) -> list[Json]:
    """Return sections and quotes, in turn."""
    runs: list[tuple[bool, list[str]]] = []
    for line in text.split("\n"):
        quoted = line.startswith(("&gt;", ">"))
        words = line.removeprefix("&gt;").removeprefix(">").removeprefix(" ") if quoted else line
        if runs and runs[-1][0] == quoted:
            runs[-1][1].append(words)
        else:
            runs.append((quoted, [words]))
    written = []
    for quoted, lines in runs:
        if inline := _inline("\n".join(lines), {}):
            written.append({"type": "rich_text_quote" if quoted else "rich_text_section", "elements": inline})
    return written


def _inline(text: str, style: Json) -> list[Json]:
    elements: list[Json] = []
    at = 0
    for found in _INLINE.finditer(text):
        if found.start() > at:
            elements.append(_text(text[at : found.start()], style))
        at = found.end()
        if found["angle"]:
            elements.append(_angle(found["angle"], style))
        elif found["code"]:
            elements.append(_text(found["code"], style | {"code": True}))
        elif found["emoji"]:
            tone = {"skin_tone": int(found["tone"])} if found["tone"] else {}
            elements.append(_styled({"type": "emoji", "name": found["emoji"]} | tone, style))
        else:
            elements += _inline(found["styled"], style | {_STYLES[found["mark"]]: True})
    if at < len(text):
        elements.append(_text(text[at:], style))
    return elements


def _angle(inside: str, style: Json) -> Json:
    """Return the element for text in angle brackets: a mention, a date or a link."""
    target, _, label = inside.partition("|")
    match target[:1], target[1:]:
        case "@", user:
            return _styled({"type": "user", "user_id": user}, style)
        case "#", channel:
            return _styled({"type": "channel", "channel_id": channel}, style)
        case "!", ("here" | "channel" | "everyone") as reach:
            return _styled({"type": "broadcast", "range": reach}, style)
        case "!", special:
            kind, *parts = special.split("^")
            if kind == "subteam" and parts:
                return _styled({"type": "usergroup", "usergroup_id": parts[0]}, style)
            if kind == "date" and len(parts) > 1 and parts[0].isdigit():
                date = {"type": "date", "timestamp": int(parts[0]), "format": parts[1], "fallback": _plain(label)}
                return _styled(date | ({"url": parts[2]} if len(parts) > 2 else {}), style)  # noqa: PLR2004 - its form
            return _text(label or f"<{inside}>", style)
    return _styled({"type": "link", "url": _plain(target)} | ({"text": _plain(label)} if label else {}), style)


def _text(text: str, style: Json) -> Json:
    return _styled({"type": "text", "text": _plain(text)}, style)


def _styled(element: Json, style: Json) -> Json:
    return element | {"style": style} if style else element


def _plain(text: str) -> str:
    for entity, sign in _ENTITIES:
        text = text.replace(entity, sign)
    return text
