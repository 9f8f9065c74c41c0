"""Block Kit: every type as Slack takes it, and every limit, kept and broken."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from sandbox.blocks.elements import ELEMENTS
from sandbox.blocks.layouts import BLOCKS
from sandbox.blocks.surfaces import check_message, check_view
from sandbox.state.views import LIVE
from tests.sandbox.forms import actions, button, field, home, modal, option, plain, text_input

Json = dict[str, Any]
Path_ = tuple[str | int, ...]

IMAGE = {"type": "image", "image_url": "https://x.y/z.png", "alt_text": "A graph"}
MENU = [option("a"), option("b")]
RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "bold", "style": {"bold": True, "code": False}},
                {"type": "link", "url": "https://x.y", "text": "x"},
                {"type": "emoji", "name": "wave"},
                {"type": "user", "user_id": "U1"},
                {"type": "usergroup", "usergroup_id": "S1"},
                {"type": "channel", "channel_id": "C1"},
                {"type": "team", "team_id": "T1"},
                {"type": "broadcast", "range": "here"},
                {"type": "color", "value": "#ff0000"},
                {"type": "date", "timestamp": 1, "format": "{date}", "fallback": "then"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "bullet",
            "indent": 1,
            "border": 0,
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
        },
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "x"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x"}], "border": 1},
    ],
}
CARD = {
    "type": "card",
    "hero_image": IMAGE,
    "icon": IMAGE,
    "title": {"type": "mrkdwn", "text": "Title"},
    "subtitle": {"type": "mrkdwn", "text": "Subtitle"},
    "body": {"type": "mrkdwn", "text": "Body"},
    "actions": [button()],
}
AXES = {"categories": ["Mon", "Tue"], "x_label": "Day", "y_label": "Count"}
SERIES = [{"name": "Sales", "data": [{"label": "Mon", "value": 1}, {"label": "Tue", "value": -2.5}]}]
CELL = {"type": "raw_text", "text": "x"}
TASK = {"type": "task_card", "task_id": "1", "title": "Look", "status": "complete", "details": RICH}

GOOD: dict[str, Json] = {
    "actions": actions(button(), {"type": "datepicker"}),
    "alert": {"type": "alert", "text": plain("Careful"), "level": "warning"},
    "card": CARD,
    "carousel": {"type": "carousel", "elements": [CARD]},
    "container": {
        "type": "container",
        "title": plain("Title"),
        "subtitle": plain("Subtitle"),
        "icon": IMAGE,
        "width": "wide",
        "is_collapsible": True,
        "default_collapsed": True,
        "child_blocks": [{"type": "divider"}],
    },
    "context": {"type": "context", "elements": [plain("x"), {"type": "mrkdwn", "text": "*x*"}, IMAGE]},
    "context_actions": {
        "type": "context_actions",
        "elements": [
            {"type": "icon_button", "icon": "trash", "text": plain("Delete"), "visible_to_user_ids": ["U1"]},
            {
                "type": "feedback_buttons",
                "positive_button": {"text": plain("Good"), "value": "up"},
                "negative_button": {"text": plain("Bad"), "value": "down", "accessibility_label": "Bad"},
            },
        ],
    },
    "data_table": {
        "type": "data_table",
        "caption": "Open escalations",
        "page_size": 10,
        "row_header_column_index": 0,
        "rows": [[CELL, CELL], [{"type": "raw_number", "value": 1, "text": "1"}, RICH]],
    },
    "data_visualization": {
        "type": "data_visualization",
        "title": "By day",
        "chart": {"type": "bar", "series": SERIES, "axis_config": AXES},
    },
    "divider": {"type": "divider"},
    "header": {"type": "header", "text": plain("Title")},
    "image": IMAGE | {"title": plain("Title")},
    "input": field("b", text_input(), hint=plain("Hint"), optional=True, dispatch_action=True),
    "markdown": {"type": "markdown", "text": "**x**"},
    "plan": {"type": "plan", "title": "Plan", "tasks": [TASK]},
    "rich_text": RICH,
    "section": {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "x", "verbatim": True},
        "fields": [plain("x")],
        "accessory": IMAGE,
        "expand": True,
    },
    "table": {"type": "table", "rows": [[CELL, RICH]], "column_settings": [{"align": "right", "is_wrapped": True}]},
    "task_card": TASK | {"sources": [{"type": "url", "url": "https://x.y", "text": "x"}]},
    "video": {
        "type": "video",
        "video_url": "https://x.y/v",
        "thumbnail_url": "https://x.y/t.png",
        "alt_text": "x",
        "title": plain("Title"),
        "title_url": "https://x.y",
        "author_name": "Ana",
        "description": plain("x"),
    },
}

ELEMENTS_IN_USE: dict[str, Json] = {
    "button": button(
        value="1", url="https://x.y", style="danger", accessibility_label="Go", confirm={"text": plain("?")}
    ),
    "channels_select": {"initial_channel": "C1", "response_url_enabled": True},
    "checkboxes": {"options": MENU, "initial_options": MENU[:1], "focus_on_load": True},
    "conversations_select": {"filter": {"include": ["im"]}, "default_to_current_conversation": True},
    "datepicker": {"initial_date": "2026-03-06", "placeholder": plain("Day")},
    "datetimepicker": {"initial_date_time": 1_772_812_800},
    "email_text_input": {
        "initial_value": "a@b.c",
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
    },
    "external_select": {"min_query_length": 0, "initial_option": MENU[0]},
    "file_input": {"filetypes": ["png"], "max_files": 10},
    "image": IMAGE,
    "multi_channels_select": {"initial_channels": ["C1"], "max_selected_items": 2},
    "multi_conversations_select": {"initial_conversations": ["C1"]},
    "multi_external_select": {"initial_options": MENU},
    "multi_static_select": {"options": MENU, "initial_options": MENU},
    "multi_users_select": {"initial_users": ["U1"]},
    "number_input": {"is_decimal_allowed": True, "min_value": "-1", "max_value": "2.5", "initial_value": "0"},
    "overflow": {"options": [MENU[0] | {"url": "https://x.y"}]},
    "plain_text_input": {"multiline": True, "min_length": 0, "max_length": 3000, "initial_value": "x"},
    "radio_buttons": {"options": MENU, "initial_option": MENU[0]},
    "rich_text_input": {"initial_value": RICH, "min_lines": 1, "max_lines": 100},
    "static_select": {"option_groups": [{"label": plain("All"), "options": MENU}], "initial_option": MENU[0]},
    "timepicker": {"initial_time": "16:30", "timezone": "Europe/Berlin"},
    "url_text_input": {"initial_value": "https://x.y"},
    "users_select": {"initial_user": "U1"},
    "workflow_button": {"text": plain("Go"), "workflow": {"trigger": {"url": "https://slack.com/shortcuts/1"}}},
}

MESSAGE_ONLY = {"carousel", "context_actions", "markdown", "plan", "table", "task_card"}


def surface_of(kind: str) -> str:
    return "modal" if kind == "alert" else "message"


def problems_of(block: Json, surface: str = "message") -> list[str]:
    if surface == "message":
        return [problem.message for problem in check_message([block])]
    view = modal(block) if surface == "modal" else home(block)
    return [problem.message for problem in check_view(view, surface)]


def test_every_block_is_tried() -> None:
    assert set(GOOD) == set(BLOCKS.shapes)


@pytest.mark.parametrize("kind", GOOD)
def test_a_whole_block_is_taken(kind: str) -> None:
    assert problems_of(GOOD[kind], surface_of(kind)) == []


@pytest.mark.parametrize("kind", GOOD)
def test_a_block_with_an_unknown_property_is_refused(kind: str) -> None:
    found = problems_of(GOOD[kind] | {"colour": "red"}, surface_of(kind))
    assert len(found) == 1
    assert found[0].startswith("invalid additional property: colour")


@pytest.mark.parametrize("kind", sorted(MESSAGE_ONLY))
@pytest.mark.parametrize("surface", ["modal", "home"])
def test_what_is_for_messages_stands_nowhere_else(kind: str, surface: str) -> None:
    assert problems_of(GOOD[kind], surface) == [f"unsupported type: {kind} [json-pointer:/view/blocks/0/type]"]


@pytest.mark.parametrize("surface", ["message", "home"])
def test_an_alert_is_for_modals(surface: str) -> None:
    (found,) = problems_of(GOOD["alert"], surface)
    assert found.startswith("unsupported type: alert")


@pytest.mark.parametrize("kind", sorted(set(GOOD) - MESSAGE_ONLY - {"alert"}))
@pytest.mark.parametrize("surface", ["modal", "home"])
def test_all_else_stands_anywhere(kind: str, surface: str) -> None:
    assert problems_of(GOOD[kind], surface) == []


def holder(kind: str, element: Json) -> Json:
    """Return a block that may hold an element."""
    if kind == "image":
        return {"type": "section", "text": plain("x"), "accessory": element}
    if kind in ("button", "overflow", "workflow_button"):
        return actions(element)
    return field("b", element)


def element_of(kind: str) -> Json:
    return {"type": kind, **({} if kind == "image" else {"action_id": "a"}), **ELEMENTS_IN_USE[kind]}


def test_every_element_is_tried() -> None:
    tried = set(ELEMENTS_IN_USE) | {"icon_button", "feedback_buttons"}  # these two in context_actions, above
    assert tried == set(ELEMENTS.shapes)


@pytest.mark.parametrize("kind", ELEMENTS_IN_USE)
def test_a_whole_element_is_taken(kind: str) -> None:
    assert problems_of(holder(kind, element_of(kind)), "modal") == []


@pytest.mark.parametrize(
    ("block", "pointer"),
    [
        (actions({"type": "plain_text_input"}), "/blocks/0/elements/0/type"),
        (field("b", button()), "/blocks/0/element/type"),
        ({"type": "section", "text": plain("x"), "accessory": {"type": "number_input"}}, "/blocks/0/accessory/type"),
        ({"type": "context", "elements": [button()]}, "/blocks/0/elements/0/type"),
        (CARD | {"actions": [{"type": "datepicker"}]}, "/blocks/0/actions/0/type"),
        ({"type": "container", "title": plain("x"), "child_blocks": [CARD]}, "/blocks/0/child_blocks/0/type"),
        ({"type": "poem"}, "/blocks/0/type"),
    ],
)
def test_an_element_stands_only_where_it_belongs(block: Json, pointer: str) -> None:
    (found,) = problems_of(block)
    assert found.startswith("unsupported type: ")
    assert found.endswith(f"[json-pointer:{pointer}]")


LENGTHS: list[tuple[str, Path_, int]] = [
    ("section", ("text", "text"), 3000),
    ("section", ("fields", 0, "text"), 2000),
    ("header", ("text", "text"), 150),
    ("image", ("title", "text"), 2000),
    ("image", ("alt_text",), 2000),
    ("image", ("image_url",), 3000),
    ("context", ("elements", 0, "text"), 3000),
    ("input", ("label", "text"), 2000),
    ("input", ("hint", "text"), 2000),
    ("input", ("block_id",), 255),
    ("input", ("element", "action_id"), 255),
    ("markdown", ("text",), 12_000),
    ("alert", ("text", "text"), 200),
    ("card", ("title", "text"), 150),
    ("card", ("subtitle", "text"), 150),
    ("card", ("body", "text"), 200),
    ("container", ("title", "text"), 150),
    ("container", ("subtitle", "text"), 150),
    ("data_visualization", ("title",), 50),
    ("data_visualization", ("chart", "axis_config", "x_label"), 50),
    ("data_visualization", ("chart", "axis_config", "y_label"), 50),
    ("data_visualization", ("chart", "series", 0, "name"), 20),
    ("video", ("title", "text"), 199),
    ("video", ("author_name",), 49),
    ("actions", ("elements", 0, "text", "text"), 75),
]
"""A block, the way to a text in it, and how long it may be."""


def changed(block: Json, path: Path_, value: Any) -> Json:
    """Return a block with one value in it replaced."""
    copy = deepcopy(block)
    place: Any = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return copy


def pointer_to(path: Path_) -> str:
    return "".join(f"/{step}" for step in path)


@pytest.mark.parametrize(("kind", "path", "most"), LENGTHS)
def test_a_text_may_be_so_long_and_no_longer(kind: str, path: Path_, most: int) -> None:
    prefix = "https://x.y/" if path[-1] == "image_url" else ""
    fitting = prefix + "x" * (most - len(prefix))
    surface = surface_of(kind)
    assert problems_of(changed(GOOD[kind], path, fitting), surface) == []
    (found,) = problems_of(changed(GOOD[kind], path, fitting + "x"), surface)
    where = "/view/blocks/0" if surface == "modal" else "/blocks/0"
    assert found == f"must be less than {most + 1} characters [json-pointer:{where}{pointer_to(path)}]"


ELEMENT_LENGTHS: list[tuple[str, Path_, int]] = [
    ("button", ("text", "text"), 75),
    ("button", ("value",), 2000),
    ("button", ("accessibility_label",), 75),
    ("button", ("action_id",), 255),
    ("button", ("confirm", "text", "text"), 300),
    ("datepicker", ("placeholder", "text"), 150),
    ("radio_buttons", ("options", 1, "text", "text"), 75),
    ("radio_buttons", ("options", 1, "value"), 150),
    ("static_select", ("option_groups", 0, "label", "text"), 75),
]


@pytest.mark.parametrize(("kind", "path", "most"), ELEMENT_LENGTHS)
def test_a_text_of_an_element_may_be_so_long_and_no_longer(kind: str, path: Path_, most: int) -> None:
    def tried(length: int) -> list[str]:
        return problems_of(holder(kind, changed(element_of(kind), path, "x" * length)), "modal")

    assert tried(most) == []
    (found,) = tried(most + 1)
    assert found.startswith(f"must be less than {most + 1} characters")


@pytest.mark.parametrize(("part", "most"), [("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)])
def test_a_confirmation_has_its_lengths(part: str, most: int) -> None:
    def tried(length: int) -> list[str]:
        confirm = {"title": plain("x"), "text": plain("x"), "confirm": plain("x"), "deny": plain("x")}
        return problems_of(actions(button(confirm=confirm | {part: plain("x" * length)})))

    assert tried(most) == []
    assert len(tried(most + 1)) == 1


def numbered(count: int) -> list[Json]:
    return [option(str(number)) for number in range(count)]


COUNTS: list[tuple[str, Path_, Any, int]] = [
    ("actions", ("elements",), lambda count: [button(str(number)) for number in range(count)], 25),
    ("context", ("elements",), lambda count: [plain("x")] * count, 10),
    ("section", ("fields",), lambda count: [plain("x")] * count, 10),
    ("card", ("actions",), lambda count: [button(str(number)) for number in range(count)], 3),
    ("carousel", ("elements",), lambda count: [CARD] * count, 10),
    ("container", ("child_blocks",), lambda count: [{"type": "divider"}] * count, 10),
    ("context_actions", ("elements",), lambda count: GOOD["context_actions"]["elements"][:1] * count, 5),
    ("table", ("rows",), lambda count: [[CELL]] * count, 100),
    ("table", ("rows", 0), lambda count: [CELL] * count, 20),
    ("table", ("column_settings",), lambda count: [{}] * count, 20),
    ("data_table", ("rows",), lambda count: [[CELL]] * count, 101),
    ("data_visualization", ("chart", "series"), lambda count: [SERIES[0] | {"name": str(n)} for n in range(count)], 6),
]
"""A block, the way to a list in it, how to make one of a length, and how long it may be."""


@pytest.mark.parametrize(("kind", "path", "made", "most"), COUNTS)
def test_a_list_may_be_so_long_and_no_longer(kind: str, path: Path_, made: Any, most: int) -> None:
    assert problems_of(changed(GOOD[kind], path, made(most))) == []
    found = problems_of(changed(GOOD[kind], path, made(most + 1)))
    assert f"no more than {most} items allowed [json-pointer:/blocks/0{pointer_to(path)}]" in found


@pytest.mark.parametrize(
    ("kind", "path", "most"),
    [
        ("multi_static_select", ("options",), 100),
        ("radio_buttons", ("options",), 10),
        ("checkboxes", ("options",), 10),
        ("overflow", ("options",), 5),
        ("static_select", ("option_groups", 0, "options"), 100),
    ],
)
def test_a_menu_may_offer_so_much_and_no_more(kind: str, path: Path_, most: int) -> None:
    bare = {key: value for key, value in element_of(kind).items() if not key.startswith("initial_")}

    def tried(count: int) -> list[str]:
        return problems_of(holder(kind, changed(bare, path, numbered(count))), "modal")

    assert tried(most) == []
    assert any(f"no more than {most} items allowed" in found for found in tried(most + 1))
    assert any("no fewer than 1 items allowed" in found for found in tried(0))


def test_a_menu_has_a_hundred_groups_at_most() -> None:
    def tried(count: int) -> list[str]:
        groups = [{"label": plain("x"), "options": [option(str(number))]} for number in range(count)]
        return problems_of(field("b", {"type": "static_select", "option_groups": groups}), "modal")

    assert tried(100) == []
    assert len(tried(101)) == 1


def test_a_message_has_fifty_blocks_a_view_a_hundred() -> None:
    line = {"type": "divider"}
    assert check_message([line] * 50) == []
    assert [problem.text for problem in check_message([line] * 51)] == ["no more than 50 items allowed"]
    assert check_view(modal(*[line] * 100), "modal") == []
    assert check_view(home(*[line] * 100), "home") == []
    assert [problem.text for problem in check_view(home(*[line] * 101), "home")] == ["no more than 100 items allowed"]


@pytest.mark.parametrize(
    ("part", "most"),
    [
        ("title", 24),
        ("submit", 24),
        ("close", 24),
        ("private_metadata", 3000),
        ("callback_id", 255),
        ("external_id", 255),
    ],
)
def test_the_parts_of_a_modal_have_their_lengths(part: str, most: int) -> None:
    def tried(length: int) -> list[str]:
        text = "x" * length
        value = plain(text) if part in ("title", "submit", "close") else text
        return [problem.text for problem in check_view(modal(**{part: value}), "modal")]

    assert tried(most) == []
    assert tried(most + 1) == [f"must be less than {most + 1} characters"]


BROKEN: list[tuple[str, Json, str]] = [
    ("a block without a type", {}, "missing required field: type [json-pointer:/blocks/0]"),
    ("a section without text", {"type": "section"}, "must provide at least one of: text, fields"),
    ("an empty text", {"type": "section", "text": plain("")}, "must be more than 0 characters"),
    ("mrkdwn in a header", {"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "must be one of: plain_text"),
    (
        "a picture with two sources",
        IMAGE | {"slack_file": {"id": "F1"}},
        "must provide exactly one of: image_url, slack_file",
    ),
    ("a picture without words", {"type": "image", "image_url": "https://x.y"}, "missing required field: alt_text"),
    ("a picture without an address", IMAGE | {"image_url": "x"}, "must be a valid URL"),
    ("a number for text", {"type": "header", "text": plain("x") | {"text": 7}}, "must be a string"),
    ("text for an object", {"type": "header", "text": "x"}, "must provide an object"),
    ("an object for a list", {"type": "actions", "elements": {}}, "must provide an array"),
    ("text for a flag", field("b", text_input(multiline="yes")), "must be a boolean"),
    ("a style there is not", actions(button(style="warning")), "must be one of: primary, danger"),
    ("a date there is not", actions({"type": "datepicker", "initial_date": "2026-13-01"}), "must be a date"),
    ("a time there is not", actions({"type": "timepicker", "initial_time": "24:00"}), "must be a time"),
    ("a moment in milliseconds", actions({"type": "datetimepicker", "initial_date_time": 10**12}), "must be at most"),
    (
        "a menu without options",
        actions({"type": "static_select"}),
        "must provide exactly one of: options, option_groups",
    ),
    (
        "a choice that is not offered",
        actions({"type": "static_select", "options": MENU, "initial_option": option("c")}),
        "must match one of the options [json-pointer:/blocks/0/elements/0/initial_option]",
    ),
    (
        "a choice of several that is not offered",
        actions({"type": "checkboxes", "options": MENU, "initial_options": [option("c")]}),
        "must match one of the options",
    ),
    ("a filter of nothing", actions({"type": "conversations_select", "filter": {}}), "must provide at least one of"),
    (
        "a field too long from the start",
        field("b", text_input(initial_value="xx", max_length=1)),
        "must be less than 2",
    ),
    ("a field shorter than short", field("b", text_input(min_length=3, max_length=2)), "must not be greater than"),
    ("a field longer than long", field("b", text_input(max_length=3001)), "must be at most 3000"),
    (
        "a range upside down",
        field("b", {"type": "number_input", "is_decimal_allowed": True, "min_value": "3", "max_value": "2"}),
        "must not be greater than max_value",
    ),
    (
        "a number that is none",
        field("b", {"type": "number_input", "is_decimal_allowed": True, "min_value": "x"}),
        "a number",
    ),
    ("eleven files", field("b", {"type": "file_input", "max_files": 11}), "must be at most 10"),
    ("nobody at all", field("b", {"type": "multi_users_select", "max_selected_items": 0}), "must be at least 1"),
    ("an empty card", {"type": "card", "subtitle": {"type": "mrkdwn", "text": "x"}}, "must provide at least one of"),
    (
        "a container without a title",
        {"type": "container", "child_blocks": [{"type": "divider"}]},
        "at least one of: title",
    ),
    (
        "a container closed for good",
        {"type": "container", "title": plain("x"), "child_blocks": [{"type": "divider"}], "default_collapsed": True},
        "requires is_collapsible",
    ),
    (
        "a ragged table",
        {"type": "table", "rows": [[CELL, CELL], [CELL]]},
        "all rows must have the same number of cells",
    ),
    (
        "a table too long",
        {"type": "table", "rows": [[CELL | {"text": "x" * 10_001}]]},
        "must be less than 10001 characters",
    ),
    ("a data table without rows", GOOD["data_table"] | {"rows": [[CELL]]}, "no fewer than 2 items allowed"),
    ("rich text in a header", GOOD["data_table"] | {"rows": [[RICH], [CELL]]}, "unsupported type: rich_text"),
    ("a page without rows", GOOD["data_table"] | {"page_size": 0}, "must be at least 1"),
    ("a page too long", GOOD["data_table"] | {"page_size": 101}, "must be at most 100"),
    (
        "a chart of a kind there is not",
        GOOD["data_visualization"] | {"chart": {"type": "radar"}},
        "unsupported type: radar",
    ),
    (
        "a slice of nothing",
        GOOD["data_visualization"] | {"chart": {"type": "pie", "segments": [{"label": "x", "value": 0}]}},
        "must be greater than 0",
    ),
    (
        "seven slices",
        GOOD["data_visualization"] | {"chart": {"type": "pie", "segments": [{"label": "x", "value": 1}] * 7}},
        "no more than 6 items allowed",
    ),
    (
        "a series with a gap",
        GOOD["data_visualization"]
        | {"chart": {"type": "line", "axis_config": AXES, "series": [SERIES[0] | {"data": SERIES[0]["data"][:1]}]}},
        "must have one point for each category",
    ),
    (
        "two series of one name",
        GOOD["data_visualization"] | {"chart": {"type": "area", "axis_config": AXES, "series": SERIES * 2}},
        "must be unique",
    ),
    ("a list of no style", {"type": "rich_text", "elements": [{"type": "rich_text_list", "elements": []}]}, "style"),
    (
        "a mention in code",
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_preformatted", "elements": [{"type": "user", "user_id": "U1"}]}],
        },
        "unsupported type: user",
    ),
    ("a task in no state", TASK | {"status": "stuck"}, "must be one of: pending"),
]


@pytest.mark.parametrize(("block", "problem"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_what_slack_refuses(block: Json, problem: str) -> None:
    assert any(problem in found for found in problems_of(block)), problems_of(block)


def test_two_blocks_do_not_share_an_id() -> None:
    twice = [{"type": "divider", "block_id": "a"}] * 2
    assert [problem.message for problem in check_message(twice)] == [
        "duplicate block_id: a [json-pointer:/blocks/0/block_id]",
        "duplicate block_id: a [json-pointer:/blocks/1/block_id]",
    ]


def test_two_elements_of_a_block_do_not_share_an_id_but_those_of_two_blocks_may() -> None:
    assert [problem.text for problem in check_message([actions(button("a"), button("a"))])] == [
        "duplicate action_id: a"
    ]
    assert check_message([actions(button("a"), block_id="1"), actions(button("a"), block_id="2")]) == []


def test_a_message_has_one_table_and_two_charts() -> None:
    assert check_message([GOOD["table"]] * 2)[0].text == "no more than 1 table blocks allowed"
    assert check_message([GOOD["data_visualization"]] * 2) == []
    assert check_message([GOOD["data_visualization"]] * 3)[0].text == "no more than 2 data_visualization blocks allowed"


def test_a_modal_with_something_to_fill_in_needs_a_button_to_submit() -> None:
    (found,) = check_view(modal(submit=None), "modal")
    assert found.message == "missing required field: submit [json-pointer:/view]"
    assert check_view(modal(actions(button()), submit=None), "modal") == []
    assert check_view(home(field("b", text_input())), "home") == []


def test_one_element_has_the_focus() -> None:
    focused = text_input(focus_on_load=True)
    assert check_view(modal(field("a", focused)), "modal") == []
    (found,) = check_view(modal(field("a", focused), field("b", focused)), "modal")
    assert found.text == "only one element may set focus_on_load"


@pytest.mark.parametrize("kind", ["modal", "home"])
def test_a_view_is_of_the_kind_that_is_wanted(kind: str) -> None:
    other = home() if kind == "modal" else modal()
    assert [problem.pointer for problem in check_view(other, kind)] == ["/view/type"]


REFERENCE = Path(__file__).parents[3] / "shared" / "slack" / "methods"


def published() -> list[tuple[str, list[Json]]]:
    """Return the blocks in the examples of Slack's reference."""
    found = []
    for path in sorted(REFERENCE.glob("*.json")):
        described = json.loads(path.read_text(encoding="utf-8"))
        for name, argument in described.get("args", {}).get("properties", {}).items():
            if name == "blocks" and isinstance(argument.get("example"), str):
                found.append((path.stem, json.loads(argument["example"])))
    return found


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="Slack's reference is not beside the repository")
def test_the_blocks_of_slacks_own_examples_are_taken() -> None:
    examples = published()
    assert len(examples) > 3
    for name, blocks in examples:
        assert (name, check_message(blocks)) == (name, [])


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="Slack's reference is not beside the repository")
@pytest.mark.parametrize("name", ["views.open", "views.push", "views.update", "views.publish"])
def test_the_views_of_slacks_own_examples_are_taken(name: str) -> None:
    answered = json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8"))["examples"]
    kind = "home" if name == "views.publish" else "modal"
    views = [example["example"]["view"] for example in answered.values() if "view" in example["example"]]
    assert views
    for view in views:
        sent = {key: value for key, value in view.items() if key not in LIVE and value is not None}
        if kind == "home":
            sent = {key: value for key, value in sent.items() if key not in ("clear_on_close", "notify_on_close")}
        assert check_view(sent, kind) == []
