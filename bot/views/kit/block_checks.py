"""The checks of the SDK's blocks, found once for each class.

The SDK looks for them among all names of an object, again for each of its parts: two thirds of what drawing a card
took, while the person who asked for it waits.
"""

from collections.abc import Sequence
from functools import cache

from slack_sdk.models import JsonObject


def find_once() -> None:
    """Make the SDK reuse the checks of a class instead of searching for them on every object."""
    JsonObject.validate_json = _validate  # type: ignore[assignment,method-assign] # it does the same


@cache
def checks(cls: type[JsonObject]) -> Sequence[str]:
    """Return the names of the methods that check objects of a class."""
    names = (name for name in dir(cls) if not name.startswith("__"))
    return [name for name in names if hasattr(getattr(cls, name, None), "validator")]


def _validate(part: JsonObject) -> None:
    for name in checks(type(part)):
        getattr(part, name)()
