"""Composition objects: texts, options, confirmations, filters."""

from collections.abc import Iterator
from typing import Any

from sandbox.blocks.checks import (
    Check,
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
    text,
    typed,
)
from sandbox.blocks.checks import number as any_number
from sandbox.blocks.problems import Problem

LONGEST_ID = 255

identifier = text(LONGEST_ID)


def plain(most: int, least: int = 1) -> Shape:
    """Return the shape of a `plain_text` object with these lengths."""
    return typed("plain_text", {"text": need(text(most, least)), "emoji": may(flag)})


def mrkdwn(most: int, least: int = 1) -> Shape:
    """Return the shape of a `mrkdwn` object with these lengths."""
    return typed("mrkdwn", {"text": need(text(most, least)), "verbatim": may(flag)})


def either(most: int, least: int = 1) -> Types:
    """Return the check for a text object of either type."""
    return Types({"plain_text": plain(most, least), "mrkdwn": mrkdwn(most, least)})


RAW_TEXT = typed("raw_text", {"text": need(text(None, 1))})
RAW_NUMBER = typed("raw_number", {"value": need(any_number()), "text": need(text(None, 1))})

CONFIRM = Shape(
    {
        "title": may(plain(100)),
        "text": need(either(300)),
        "confirm": may(plain(30)),
        "deny": may(plain(30)),
        "style": may(choice("primary", "danger")),
    }
)

SLACK_FILE = Shape({"url": may(link()), "id": may(text(None, 1))}, exactly_one("url", "id"))

FILTER = Shape(
    {
        "include": may(listing(choice("im", "mpim", "private", "public"), least=1)),
        "exclude_external_shared_channels": may(flag),
        "exclude_bot_users": may(flag),
    },
    at_least_one("include", "exclude_external_shared_channels", "exclude_bot_users"),
)

DISPATCH = Shape(
    {"trigger_actions_on": may(listing(choice("on_enter_pressed", "on_character_entered"), most=2, least=1))}
)


def option(label: Check) -> Shape:
    """Return the shape of an option whose text is checked by `label`; only options of an overflow menu have a `url`."""
    return Shape(
        {"text": need(label), "value": need(text(150, 1)), "description": may(either(75)), "url": may(link())},
    )


PLAIN_OPTION = option(plain(75))
RICH_OPTION = option(either(75))


def groups(value: Any, pointer: str, surface: str) -> Iterator[Problem]:
    """Check the option groups of a menu."""
    group = Shape({"label": need(plain(75)), "options": need(listing(PLAIN_OPTION, most=100, least=1))})
    yield from listing(group, most=100, least=1)(value, pointer, surface)


def selected(value: dict[str, Any], pointer: str, _surface: str) -> Iterator[Problem]:
    """Require initial options to be among the options, and all option values to differ."""
    offered = [item for group in value.get("option_groups") or [] if isinstance(group, dict) for item in _of(group)]
    offered += _of(value)
    values = [item.get("value") for item in offered if isinstance(item, dict)]
    single = value.get("initial_option")
    many = value.get("initial_options") or []
    for name, chosen in [("initial_option", [single] if single else []), ("initial_options", many)]:
        for item in chosen if isinstance(chosen, list) else []:
            if item not in offered:
                yield Problem(f"{pointer}/{name}", "must match one of the options", constraint={"expected": values})


def _of(holder: dict[str, Any]) -> list[Any]:
    options = holder.get("options")
    return options if isinstance(options, list) else []
