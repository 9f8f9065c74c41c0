"""Block Kit: every type as Slack accepts it, and with every mistake that Slack refuses."""

import pytest

from sandbox.blocks.elements import ELEMENTS
from sandbox.blocks.layouts import BLOCKS
from tests.sandbox.blocks.block_samples import (
    AXES,
    CARD,
    CELL,
    ELEMENTS_IN_USE,
    GOOD,
    IMAGE,
    MENU,
    MESSAGE_ONLY,
    RICH,
    SERIES,
    TASK,
    Json,
    element_of,
    holder,
    problems_of,
    surface_of,
)
from tests.sandbox.forms import actions, button, field, option, plain, text_input


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


"""A block, the way to a text in it, and how long it may be."""


"""A block, the way to a list in it, how to make one of a length, and how long it may be."""


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


@pytest.mark.parametrize("surface", ["message", "home"])
def test_a_file_field_is_for_modals_alone(surface: str) -> None:
    block = field("b", {"type": "file_input", "action_id": "a"})
    assert problems_of(block, "modal") == []
    (problem,) = problems_of(block, surface)
    assert problem.startswith("unsupported type: file_input")
