"""Slack's JSON of the SDK's objects, checked as the SDK checks it, in a fifth of the time.

The SDK looks for the checks among all names of an object, again for each of its parts: two thirds of what drawing a
card took, while the person who asked for it waits.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from slack_sdk.models import JsonObject
from slack_sdk.models.blocks import ConfirmObject, Option, RichTextElement

from bot.ports.workspace import Block


@dataclass(frozen=True, slots=True)
class _Rendering:
    """The checks and field names that all objects of a class share; `names` is None if the class renders itself."""

    checks: Sequence[Callable[[JsonObject], None]]
    names: Sequence[str] | None


_RENDERINGS: Final[dict[type[JsonObject], _Rendering]] = {}


def rendered(part: JsonObject) -> Block:
    """Return what `part.to_dict()` returns. Raises SlackObjectFormationError as that does."""
    cls = type(part)
    how = _RENDERINGS.get(cls)
    if how is None:
        how = _RENDERINGS[cls] = _rendering(part)
    if how.names is None:
        return part.to_dict()
    for check in how.checks:
        check(part)
    found = {}
    for name in how.names:
        value = getattr(part, _HIDDEN.get((cls, name), name), None)
        if value is not None and (not hasattr(value, "__len__") or len(value) or (cls, name) == _ALWAYS):
            found[name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, JsonObject):
        return rendered(value)
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


_ALWAYS: Final = (Option, "value")
# Where objects that render themselves keep their texts: their fields of these names are strings.
_HIDDEN: Final[dict[tuple[type[JsonObject], str], str]] = {
    **{(Option, name): hidden for name, hidden in (("text", "_text"), ("description", "_block_description"))},
    **{(ConfirmObject, name): f"_{name}" for name in ("title", "text", "confirm", "deny")},
}
_FIELDS: Final[dict[type[JsonObject], Sequence[str]]] = {
    Option: ("text", "value", "description", "url"),
    ConfirmObject: ("title", "text", "confirm", "deny", "style"),
}


def _rendering(part: JsonObject) -> _Rendering:
    cls = type(part)
    methods = [getattr(cls, name, None) for name in dir(cls) if not name.startswith("__")]
    checks = [cast("Callable[[JsonObject], None]", method) for method in methods if hasattr(method, "validator")]
    renders_itself = cls.to_dict is not JsonObject.to_dict or isinstance(part, RichTextElement)
    return _Rendering(checks, _FIELDS.get(cls) if renders_itself else sorted(part.attributes))
