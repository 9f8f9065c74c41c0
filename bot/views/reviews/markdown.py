"""Markdown, as canvases and files hold it. What people typed is escaped: it becomes no heading, link or mention."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bot.views.kit.text import as_typed, clean, clip, one_line

_MENTION: Final = re.compile(r"@([UW][A-Z0-9]{2,})\b")
_SPECIAL: Final = re.compile(r"[\\`*_\[\]<>|~]")
_AT_THE_START: Final = re.compile(r"^(\s*)(#{1,6}(?=\s)|[-+](?=\s)|=+$|-{3,}$)", re.MULTILINE)
_NUMBER: Final = re.compile(r"^\s*(?:\d{1,2}[.)]|[-*•])\s+")


def with_names(text: str, names: Mapping[str, str]) -> str:
    """Return Markdown with the names of the people it mentions, which it can't notify."""
    return _MENTION.sub(lambda found: f"@{names[found[1]]}" if found[1] in names else found[0], text)


def escape(text: str, limit: int | None = None) -> str:
    """Return people's words on one line."""
    words = one_line(as_typed(text))
    return _AT_THE_START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\g<0>", words if limit is None else clip(words, limit)))


def paragraphs(text: str, limit: int | None = None) -> str:
    """Return people's words, a paragraph for each line."""
    words = clean(as_typed(text))
    lines = (words if limit is None else clip(words, limit)).split("\n")
    return "\n\n".join(escape(line) for line in lines if line.strip())


def numbered(text: str) -> str:
    """Return a list with a number for each line of people's words."""
    lines = [_NUMBER.sub("", line) for line in clean(as_typed(text)).split("\n") if line.strip()]
    return "\n".join(f"{place}. {escape(line)}" for place, line in enumerate(lines, start=1))


def bullets(lines: Iterable[str]) -> str:
    """Return a list of lines that are Markdown already."""
    return "\n".join(f"- {line}" for line in lines)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of cells that are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell or ' ' for cell in line)} |" for line in lines)
