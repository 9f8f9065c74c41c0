"""A valid sample of each block and element."""

from copy import deepcopy
from typing import Any

from sandbox.blocks.surfaces import check_message, check_view
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


def holder(kind: str, element: Json) -> Json:
    """Return a block that may hold an element."""
    if kind == "image":
        return {"type": "section", "text": plain("x"), "accessory": element}
    if kind in ("button", "overflow", "workflow_button"):
        return actions(element)
    return field("b", element)


def element_of(kind: str) -> Json:
    return {"type": kind, **({} if kind == "image" else {"action_id": "a"}), **ELEMENTS_IN_USE[kind]}


def changed(block: Json, path: Path_, value: Any) -> Json:
    """Return a block with one value in it replaced."""
    copy = deepcopy(block)
    place: Any = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return copy
