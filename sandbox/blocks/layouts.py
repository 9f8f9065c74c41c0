"""Layout blocks: their fields and the surfaces they are allowed on. Sources as in `elements`."""

from collections.abc import Iterator
from typing import Any

from sandbox.blocks.checks import (
    Field,
    Shape,
    Types,
    at_least_one,
    choice,
    exactly_one,
    flag,
    link,
    listing,
    may,
    need,
    number,
    only_on,
    text,
    typed,
    whole,
)
from sandbox.blocks.composition import RAW_NUMBER, RAW_TEXT, SLACK_FILE, either, identifier, mrkdwn, plain
from sandbox.blocks.elements import ACCESSORIES, ACTIONS, BUTTON, CONTEXT_ACTIONS, IMAGE, INPUTS
from sandbox.blocks.problems import Problem
from sandbox.blocks.rich_text import RICH_TEXT, rich_text

Fields = dict[str, Field]

BLOCK: Fields = {"block_id": may(identifier)}

LONGEST_TABLE = 10_000
"""The most characters in all cells of a table together."""

SECTION = typed(
    "section",
    {
        "text": may(either(3000)),
        "fields": may(listing(either(2000), most=10, least=1)),
        "accessory": may(ACCESSORIES),
        "expand": may(flag),
        **BLOCK,
    },
    at_least_one("text", "fields"),
)

IMAGE_BLOCK = typed(
    "image",
    {
        "image_url": may(link()),
        "slack_file": may(SLACK_FILE),
        "alt_text": need(text(2000)),
        "title": may(plain(2000)),
        **BLOCK,
    },
    exactly_one("image_url", "slack_file"),
)

CONTEXT_ELEMENT = Types({"image": IMAGE, "plain_text": plain(3000), "mrkdwn": mrkdwn(3000)})

CARD = typed(
    "card",
    {
        "hero_image": may(IMAGE),
        "icon": may(IMAGE),
        "title": may(either(150)),
        "subtitle": may(either(150)),
        "body": may(either(200)),
        "actions": may(listing(Types({"button": BUTTON}), most=3, least=1)),
        **BLOCK,
    },
    at_least_one("hero_image", "title", "actions", "body"),
)


def _cells(value: Any, pointer: str, surface: str) -> Iterator[Problem]:
    cell = Types({"raw_text": RAW_TEXT, "raw_number": RAW_NUMBER, "rich_text": RICH_TEXT})
    yield from listing(cell, most=20, least=1)(value, pointer, surface)


def _even(value: dict[str, Any], pointer: str, _surface: str) -> Iterator[Problem]:
    """Require all rows to have as many cells as the first, and the table not to be too long."""
    rows = [row for row in value.get("rows") or [] if isinstance(row, list)]
    for index, row in enumerate(rows):
        if len(row) != len(rows[0]):
            constraint = {"type": "columns", "expected": len(rows[0])}
            yield Problem(
                f"{pointer}/rows/{index}", "all rows must have the same number of cells", constraint=constraint
            )
    if sum(_letters(cell) for row in rows for cell in row) > LONGEST_TABLE:
        constraint = {"type": "max_length", "expected": LONGEST_TABLE}
        yield Problem(
            f"{pointer}/rows", f"must be less than {LONGEST_TABLE + 1} characters in all", constraint=constraint
        )


def _letters(cell: Any) -> int:
    """Return the number of characters a cell shows."""
    if isinstance(cell, dict):
        own = cell.get("text")
        return (len(own) if isinstance(own, str) else 0) + sum(_letters(e) for e in cell.get("elements") or [])
    return 0


def _plain_header(value: dict[str, Any], pointer: str, _surface: str) -> Iterator[Problem]:
    """Forbid rich text in the first row of a data table."""
    rows = value.get("rows")
    header = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], list) else []
    for index, cell in enumerate(header):
        if isinstance(cell, dict) and cell.get("type") == "rich_text":
            constraint = {"type": "enum", "expected": ["raw_number", "raw_text"]}
            yield Problem(f"{pointer}/rows/0/{index}/type", "unsupported type: rich_text", constraint=constraint)


TABLE = typed(
    "table",
    {
        "rows": need(listing(_cells, most=100, least=1)),
        "column_settings": may(
            listing(
                Shape({"align": may(choice("left", "center", "right")), "is_wrapped": may(flag)}),
                most=20,
            )
        ),
        **BLOCK,
    },
    _even,
    only_on("message"),
)

DATA_TABLE = typed(
    "data_table",
    {
        "rows": need(listing(_cells, most=101, least=2)),
        "caption": need(text(None, 1)),
        "page_size": may(whole(1, 100)),
        "row_header_column_index": may(whole(0)),
        **BLOCK,
    },
    _even,
    _plain_header,
)

POINT = Shape({"label": need(text(20, 1)), "value": need(number())})
SEGMENT = Shape({"label": need(text(20, 1)), "value": need(number(above=0))})
SERIES = listing(Shape({"name": need(text(20, 1)), "data": need(listing(POINT, most=20, least=1))}), most=6, least=1)
AXES = Shape(
    {
        "categories": need(listing(text(20, 1), most=20, least=1)),
        "x_label": may(text(50)),
        "y_label": may(text(50)),
    }
)


def _complete(value: dict[str, Any], pointer: str, _surface: str) -> Iterator[Problem]:
    """Require a unique name for each series and one point for each category."""
    series = value.get("series")
    axes = value.get("axis_config")
    if not isinstance(series, list) or not isinstance(axes, dict):
        return
    categories = axes.get("categories")
    names: list[Any] = []
    for index, one in enumerate(series):
        if not isinstance(one, dict) or not isinstance(one.get("data"), list):
            continue
        if one.get("name") in names:
            yield Problem(f"{pointer}/series/{index}/name", "must be unique", constraint={"type": "unique"})
        names.append(one.get("name"))
        labels = [point.get("label") for point in one["data"] if isinstance(point, dict)]
        if isinstance(categories, list) and sorted(map(str, labels)) != sorted(map(str, categories)):
            constraint = {"type": "categories", "expected": categories}
            yield Problem(
                f"{pointer}/series/{index}/data", "must have one point for each category", constraint=constraint
            )


PLOT: Fields = {"series": need(SERIES), "axis_config": need(AXES)}
CHART = Types(
    {
        "pie": typed("pie", {"segments": need(listing(SEGMENT, most=6, least=1))}),
        "bar": typed("bar", PLOT, _complete),
        "area": typed("area", PLOT, _complete),
        "line": typed("line", PLOT, _complete),
    }
)

TASK = typed(
    "task_card",
    {
        "task_id": need(text(None, 1)),
        "title": need(text(None, 1)),
        "details": may(rich_text),
        "output": may(rich_text),
        "sources": may(listing(typed("url", {"url": need(link()), "text": need(text(None, 1))}))),
        "status": need(choice("pending", "in_progress", "complete", "error")),
        **BLOCK,
    },
)

VIDEO = typed(
    "video",
    {
        "video_url": need(link(schemes="https")),
        "thumbnail_url": need(link()),
        "alt_text": need(text(None, 1)),
        "title": need(plain(199)),
        "title_url": may(link()),
        "author_name": may(text(49)),
        "provider_name": may(text()),
        "provider_icon_url": may(link()),
        "description": may(plain(200)),
        **BLOCK,
    },
)

SIMPLE = {
    "actions": typed("actions", {"elements": need(listing(ACTIONS, most=25, least=1)), **BLOCK}),
    "context": typed("context", {"elements": need(listing(CONTEXT_ELEMENT, most=10, least=1)), **BLOCK}),
    "divider": typed("divider", BLOCK),
    "header": typed("header", {"text": need(plain(150)), **BLOCK}),
    "image": IMAGE_BLOCK,
    "input": typed(
        "input",
        {
            "label": need(plain(2000)),
            "element": need(INPUTS),
            "hint": may(plain(2000)),
            "optional": may(flag),
            "dispatch_action": may(flag),
            **BLOCK,
        },
    ),
    "rich_text": RICH_TEXT,
    "section": SECTION,
    "table": TABLE,
    "video": VIDEO,
}
"""The blocks that may also stand inside a container."""

CONTAINER = typed(
    "container",
    {
        "title": may(plain(150)),
        "rich_text_title": may(rich_text),
        "subtitle": may(either(150)),
        "child_blocks": need(listing(Types(SIMPLE), most=10, least=1)),
        "width": may(choice("narrow", "standard", "wide", "full")),
        "icon": may(IMAGE),
        "is_collapsible": may(flag),
        "default_collapsed": may(flag),
        "has_header_divider": may(flag),
        **BLOCK,
    },
    at_least_one("title", "rich_text_title"),
)


def _collapsible(value: dict[str, Any], pointer: str, _surface: str) -> Iterator[Problem]:
    """Forbid a container that starts collapsed and can't be opened."""
    if value.get("default_collapsed") and not value.get("is_collapsible"):
        yield Problem(
            f"{pointer}/default_collapsed", "requires is_collapsible", constraint={"expected": "is_collapsible"}
        )


BLOCKS = Types(
    SIMPLE
    | {
        "alert": typed(
            "alert",
            {
                "text": need(either(200)),
                "level": may(choice("default", "info", "warning", "error", "success")),
                **BLOCK,
            },
            only_on("modal"),
        ),
        "card": CARD,
        "carousel": typed(
            "carousel",
            {"elements": need(listing(Types({"card": CARD}), most=10, least=1)), **BLOCK},
            only_on("message"),
        ),
        "container": Shape(CONTAINER.fields, *CONTAINER.rules, _collapsible),
        "context_actions": typed(
            "context_actions",
            {"elements": need(listing(CONTEXT_ACTIONS, most=5, least=1)), **BLOCK},
            only_on("message"),
        ),
        "data_table": DATA_TABLE,
        "data_visualization": typed("data_visualization", {"title": need(text(50, 1)), "chart": need(CHART), **BLOCK}),
        "markdown": typed("markdown", {"text": need(text(12_000, 1)), **BLOCK}, only_on("message")),
        "plan": typed(
            "plan",
            {"title": need(text(None, 1)), "tasks": may(listing(Types({"task_card": TASK}))), **BLOCK},
            only_on("message"),
        ),
        "task_card": Shape(TASK.fields, only_on("message")),
    }
)
"""Every block, by its type."""
