"""Entries of an audit: their values before and after, and the buttons to further pages."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from bot.ports.workspace import Block
from bot.views.kit import ids
from bot.views.kit.parts import actions, button
from bot.views.kit.text import clip_markup, escape, has_slack_id, moment, person

_VALUE: Final = 120
_VALUES: Final = 8
_LONGEST: Final = 300
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d[^ ]*")


def turning(
    page_first: int,
    size: int,
    total: int,
    value: str,
    *,
    newer: str = ids.PRESS_AUDIT_NEWER,
    older: str = ids.PRESS_AUDIT_OLDER,
) -> Iterator[Block]:
    """Yield the buttons to newer and older entries, if there are any; `value` has `{}` for the first entry."""
    buttons = []
    if page_first:
        buttons.append(button("Newer", newer, value.format(max(0, page_first - size))))
    if page_first + size < total:
        buttons.append(button("Older", older, value.format(page_first + size)))
    if buttons:
        yield actions(*buttons)


def values(before: Mapping[str, Any], after: Mapping[str, Any], zone: str) -> Iterator[str]:
    """Yield each value that differs, as `name: before → after`."""
    names = [name for name in dict.fromkeys((*before, *after)) if before.get(name) != after.get(name)]
    for name in names[:_VALUES]:
        old, new = (_value(side.get(name), zone) for side in (before, after))
        change = f"{old} → {new or 'none'}" if name in before else new
        yield f"{_name(name)}: {change or 'none'}"
    if len(names) > _VALUES:
        yield f"and {len(names) - _VALUES} more: see the export"


def _name(name: object) -> str:
    return escape(str(name).replace("_", " "), _VALUE)


def _value(value: Any, zone: str) -> str:
    match value:
        case None | "" | []:
            return "none"
        case Mapping() if not value:  # the pattern {} would match every mapping
            return "none"
        case bool():
            return "yes" if value else "no"
        case str() if _MOMENT.fullmatch(value):
            return _moment(value, zone)
        case str() if has_slack_id(value):
            return person(value)
        case str():
            return escape(" ".join(value.split()), _VALUE)
        case Mapping():
            parts = (f"{_name(name)} {_value(item, zone)}" for name, item in value.items())
            return clip_markup(", ".join(parts), _LONGEST)
        case list() | tuple():
            return ", ".join(_value(item, zone) for item in value[:_VALUES])
        case _:
            return escape(str(value), _VALUE)


def _moment(value: str, zone: str) -> str:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return escape(value, _VALUE)
    return moment(at, zone) if at.tzinfo is not None else escape(value, _VALUE)
