"""Block elements: buttons, menus, pickers, inputs, pictures. Limits as in `@slack/types` 3.2.0 and the reference."""

from collections.abc import Iterator
from typing import Any

from sandbox.blocks.checks import (
    Field,
    Shape,
    Types,
    choice,
    exactly_one,
    flag,
    link,
    listing,
    matching,
    may,
    need,
    text,
    typed,
    whole,
)
from sandbox.blocks.composition import (
    CONFIRM,
    DISPATCH,
    FILTER,
    PLAIN_OPTION,
    RICH_OPTION,
    SLACK_FILE,
    groups,
    identifier,
    plain,
    selected,
)
from sandbox.blocks.problems import Problem
from sandbox.blocks.rich_text import rich_text

Fields = dict[str, Field]

LONGEST_INPUT = 3000

ACTS: Fields = {"action_id": may(identifier)}
ASKS: Fields = ACTS | {"confirm": may(CONFIRM)}
FOCUS: Fields = {"focus_on_load": may(flag)}
HINTED: Fields = {"placeholder": may(plain(150))}
LABELLED: Fields = {"accessibility_label": may(text(75))}
STYLED: Fields = {"style": may(choice("primary", "danger"))}
SEVERAL: Fields = {"max_selected_items": may(whole(1))}
DISPATCHED: Fields = {"dispatch_action_config": may(DISPATCH)}

MENU = ASKS | FOCUS | HINTED
STATIC: Fields = {"options": may(listing(PLAIN_OPTION, most=100, least=1)), "option_groups": may(groups)}
EXTERNAL: Fields = {"min_query_length": may(whole(0))}
CONVERSATIONS: Fields = {"default_to_current_conversation": may(flag), "filter": may(FILTER)}
ANSWERING: Fields = {"response_url_enabled": may(flag)}

FEEDBACK_BUTTON = Shape({"text": need(plain(75)), "value": need(text(2000)), **LABELLED})

WORKFLOW = Shape(
    {
        "trigger": need(
            Shape(
                {
                    "url": need(link()),
                    "customizable_input_parameters": may(
                        listing(Shape({"name": need(text(None, 1)), "value": need(text())}))
                    ),
                }
            )
        )
    }
)


def _range(low: str, high: str) -> Any:
    """Require one number not to exceed another; Slack writes them as text."""

    def rule(value: dict[str, Any], pointer: str, _surface: str) -> Iterator[Problem]:
        try:
            wrong = float(value[low]) > float(value[high])
        except (KeyError, TypeError, ValueError):
            return
        if wrong:
            yield Problem(f"{pointer}/{low}", f"must not be greater than {high}", constraint={"expected": value[high]})

    return rule


def _initial_length(value: dict[str, Any], pointer: str, _surface: str) -> Iterator[Problem]:
    """Require the initial value of a text field to fit its maximum length."""
    initial, most = value.get("initial_value"), value.get("max_length", LONGEST_INPUT)
    if isinstance(initial, str) and isinstance(most, int) and len(initial) > most:
        constraint = {"type": "max_length", "expected": most}
        yield Problem(f"{pointer}/initial_value", f"must be less than {most + 1} characters", constraint=constraint)


NUMERIC = matching(r"-?\d+(\.\d+)?", "a number")
DATE = matching(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "a date in the format YYYY-MM-DD")
TIME = matching(r"([01]\d|2[0-3]):[0-5]\d", "a time in the format HH:mm")
ID = text(None, 1)

IMAGE = typed(
    "image",
    {"image_url": may(link()), "slack_file": may(SLACK_FILE), "alt_text": need(text(2000))},
    exactly_one("image_url", "slack_file"),
)

BUTTON = typed(
    "button",
    {"text": need(plain(75)), "value": may(text(2000)), "url": may(link()), **ASKS, **STYLED, **LABELLED},
)

ELEMENTS = Types(
    {
        "image": IMAGE,
        "button": BUTTON,
        "workflow_button": typed(
            "workflow_button", {"text": need(plain(75)), "workflow": need(WORKFLOW), **ASKS, **STYLED, **LABELLED}
        ),
        "icon_button": typed(
            "icon_button",
            {
                "icon": need(choice("trash")),
                "text": need(plain(75)),
                "value": may(text(2000)),
                "visible_to_user_ids": may(listing(ID)),
                **ASKS,
                **LABELLED,
            },
        ),
        "feedback_buttons": typed(
            "feedback_buttons",
            {"positive_button": need(FEEDBACK_BUTTON), "negative_button": need(FEEDBACK_BUTTON), **ACTS},
        ),
        "overflow": typed("overflow", {"options": need(listing(PLAIN_OPTION, most=5, least=1)), **ASKS}),
        "checkboxes": typed(
            "checkboxes",
            {
                "options": need(listing(RICH_OPTION, most=10, least=1)),
                "initial_options": may(listing(RICH_OPTION, least=1)),
                **ASKS,
                **FOCUS,
            },
            selected,
        ),
        "radio_buttons": typed(
            "radio_buttons",
            {
                "options": need(listing(RICH_OPTION, most=10, least=1)),
                "initial_option": may(RICH_OPTION),
                **ASKS,
                **FOCUS,
            },
            selected,
        ),
        "static_select": typed(
            "static_select",
            {**STATIC, "initial_option": may(PLAIN_OPTION), **MENU},
            exactly_one("options", "option_groups"),
            selected,
        ),
        "multi_static_select": typed(
            "multi_static_select",
            {**STATIC, "initial_options": may(listing(PLAIN_OPTION, least=1)), **MENU, **SEVERAL},
            exactly_one("options", "option_groups"),
            selected,
        ),
        "external_select": typed("external_select", {**EXTERNAL, "initial_option": may(PLAIN_OPTION), **MENU}),
        "multi_external_select": typed(
            "multi_external_select",
            {**EXTERNAL, "initial_options": may(listing(PLAIN_OPTION, least=1)), **MENU, **SEVERAL},
        ),
        "users_select": typed("users_select", {"initial_user": may(ID), **MENU}),
        "multi_users_select": typed("multi_users_select", {"initial_users": may(listing(ID)), **MENU, **SEVERAL}),
        "conversations_select": typed(
            "conversations_select", {"initial_conversation": may(ID), **CONVERSATIONS, **ANSWERING, **MENU}
        ),
        "multi_conversations_select": typed(
            "multi_conversations_select",
            {"initial_conversations": may(listing(ID)), **CONVERSATIONS, **MENU, **SEVERAL},
        ),
        "channels_select": typed("channels_select", {"initial_channel": may(ID), **ANSWERING, **MENU}),
        "multi_channels_select": typed(
            "multi_channels_select", {"initial_channels": may(listing(ID)), **MENU, **SEVERAL}
        ),
        "datepicker": typed("datepicker", {"initial_date": may(DATE), **MENU}),
        "timepicker": typed("timepicker", {"initial_time": may(TIME), "timezone": may(text(None, 1)), **MENU}),
        "datetimepicker": typed(
            "datetimepicker", {"initial_date_time": may(whole(1_000_000_000, 9_999_999_999)), **ASKS, **FOCUS}
        ),
        "plain_text_input": typed(
            "plain_text_input",
            {
                "initial_value": may(text()),
                "multiline": may(flag),
                "min_length": may(whole(0, LONGEST_INPUT)),
                "max_length": may(whole(1, LONGEST_INPUT)),
                **ACTS,
                **FOCUS,
                **HINTED,
                **DISPATCHED,
            },
            _range("min_length", "max_length"),
            _initial_length,
        ),
        "email_text_input": typed(
            "email_text_input", {"initial_value": may(text()), **ACTS, **FOCUS, **HINTED, **DISPATCHED}
        ),
        "url_text_input": typed(
            "url_text_input", {"initial_value": may(text()), **ACTS, **FOCUS, **HINTED, **DISPATCHED}
        ),
        "number_input": typed(
            "number_input",
            {
                "is_decimal_allowed": need(flag),
                "initial_value": may(NUMERIC),
                "min_value": may(NUMERIC),
                "max_value": may(NUMERIC),
                **ACTS,
                **FOCUS,
                **HINTED,
                **DISPATCHED,
            },
            _range("min_value", "max_value"),
        ),
        "rich_text_input": typed(
            "rich_text_input",
            {
                "initial_value": may(rich_text),
                "min_lines": may(whole(1, 100)),
                "max_lines": may(whole(1, 100)),
                **ACTS,
                **FOCUS,
                **HINTED,
                **DISPATCHED,
            },
        ),
        "file_input": typed(
            "file_input", {"filetypes": may(listing(text(None, 1))), "max_files": may(whole(1, 10)), **ACTS}
        ),
    }
)

SELECTS = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
MENUS = (*SELECTS, *(f"multi_{name}" for name in SELECTS))
PICKERS = ("datepicker", "timepicker", "checkboxes", "radio_buttons")

ACTIONS = ELEMENTS.only("button", "workflow_button", "overflow", "datetimepicker", "rich_text_input", *MENUS, *PICKERS)
"""The elements of an actions block."""

ACCESSORIES = ELEMENTS.only("button", "workflow_button", "overflow", "image", *MENUS, *PICKERS)
"""The elements beside a section."""

INPUTS = ELEMENTS.only(
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "rich_text_input",
    "file_input",
    "datetimepicker",
    *MENUS,
    *PICKERS,
)
"""The elements of an input block."""

CONTEXT_ACTIONS = ELEMENTS.only("feedback_buttons", "icon_button")
"""The elements of a context actions block."""
