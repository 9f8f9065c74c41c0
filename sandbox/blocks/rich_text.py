"""Rich text: the blocks of Slack's own editor."""

from collections.abc import Iterator
from typing import Any

from sandbox.blocks.checks import Field, Shape, Types, choice, flag, link, listing, may, need, text, typed, whole
from sandbox.blocks.composition import identifier
from sandbox.blocks.problems import Problem

STYLE = Shape(
    {
        name: may(flag)
        for name in ("bold", "italic", "strike", "underline", "code", "highlight", "client_highlight", "unlink")
    }
)


def _inline(kind: str, fields: dict[str, Field]) -> Shape:
    return typed(kind, fields | {"style": may(STYLE)})


INLINE = Types(
    {
        "text": _inline("text", {"text": need(text(None, 1))}),
        "link": _inline("link", {"url": need(link()), "text": may(text()), "unsafe": may(flag)}),
        "emoji": _inline(
            "emoji",
            {"name": need(text(None, 1)), "unicode": may(text()), "url": may(link()), "skin_tone": may(whole(1, 6))},
        ),
        "user": _inline("user", {"user_id": need(text(None, 1))}),
        "usergroup": _inline("usergroup", {"usergroup_id": need(text(None, 1))}),
        "channel": _inline("channel", {"channel_id": need(text(None, 1))}),
        "team": _inline("team", {"team_id": need(text(None, 1))}),
        "broadcast": _inline("broadcast", {"range": need(choice("here", "channel", "everyone"))}),
        "color": _inline("color", {"value": need(text(None, 1))}),
        "date": _inline(
            "date",
            {"timestamp": need(whole(0)), "format": need(text(None, 1)), "url": may(link()), "fallback": may(text())},
        ),
    }
)

BORDER = may(whole(0, 1))

SECTION = typed("rich_text_section", {"elements": need(listing(INLINE))})
QUOTE = typed("rich_text_quote", {"elements": need(listing(INLINE)), "border": BORDER})
PREFORMATTED = typed(
    "rich_text_preformatted",
    {"elements": need(listing(INLINE.only("text", "link"))), "border": BORDER, "language": may(text())},
)
LIST = typed(
    "rich_text_list",
    {
        "elements": need(listing(Types({"rich_text_section": SECTION}))),
        "style": need(choice("bullet", "ordered")),
        "indent": may(whole(0, 8)),
        "offset": may(whole(0)),
        "border": BORDER,
    },
)

RICH_TEXT = typed(
    "rich_text",
    {
        "block_id": may(identifier),
        "elements": need(
            listing(
                Types(
                    {
                        "rich_text_section": SECTION,
                        "rich_text_list": LIST,
                        "rich_text_quote": QUOTE,
                        "rich_text_preformatted": PREFORMATTED,
                    }
                )
            )
        ),
    },
)


def rich_text(value: Any, pointer: str, surface: str) -> Iterator[Problem]:
    """Check a rich text block, also inside another object."""
    yield from Types({"rich_text": RICH_TEXT})(value, pointer, surface)
