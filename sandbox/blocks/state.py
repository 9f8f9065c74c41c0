"""The input of a view: `state.values`, starting with the initial values."""

from typing import Any

from sandbox.blocks.walk import Spot, spots

Json = dict[str, Any]
Values = dict[str, dict[str, Json]]

KEPT = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", None),
}
"""For each element with a value: the key of the value in the state, and the key of its initial value."""

LISTS = frozenset({"selected_options", "selected_users", "selected_conversations", "selected_channels", "files"})


def is_empty(entry: Json) -> bool:
    """Return True if an entry of the state is empty."""
    return entry.get(KEPT[entry["type"]][0]) in (None, "", [])


def entry(element: Json, value: Any) -> Json:
    """Return an entry of the state."""
    key = KEPT[element["type"]][0]
    answer: Json = {"type": element["type"], key: ([] if key in LISTS else None) if value is None else value}
    if element["type"] == "timepicker" and "timezone" in element:
        answer["timezone"] = element["timezone"]
    return answer


def initial_values(blocks: list[Json], here: str | None = None) -> Values:
    """Return the state of an untouched view; `here` is the conversation the person was in."""
    return carried_over({}, blocks, here)


def carried_over(old: Values, blocks: list[Json], here: str | None = None) -> Values:
    """Return the state after a view was updated.

    Input is kept if block, element and type are the same and, for a menu, the option still exists; as in Slack's client
    it takes precedence over an initial value.
    """
    values: Values = {}
    for spot in spots(blocks):
        if spot.type not in KEPT:
            continue
        before = old.get(spot.block_id, {}).get(spot.action_id)
        kept = before if before is not None and before["type"] == spot.type and _still_there(spot, before) else None
        values.setdefault(spot.block_id, {})[spot.action_id] = kept or _untouched(spot, here)
    return values


def _untouched(spot: Spot, here: str | None) -> Json:
    initial = KEPT[spot.type][1]
    value = spot.element.get(initial) if initial else None
    if value is None and here and spot.element.get("default_to_current_conversation"):
        value = [here] if spot.type.startswith("multi_") else here
    return entry(spot.element, value)


def _still_there(spot: Spot, before: Json) -> bool:
    """Return True if a static menu still offers the selected option."""
    if "options" not in spot.element and "option_groups" not in spot.element:
        return True
    offered = {option["value"] for option in options(spot.element)}
    single = before.get("selected_option")
    chosen = [single] if single else before.get("selected_options") or []
    return all(option["value"] in offered for option in chosen)


def options(element: Json) -> list[Json]:
    """Return the options of a static menu, including those in groups."""
    groups = element.get("option_groups") or []
    return [*(element.get("options") or []), *(option for group in groups for option in group["options"])]
