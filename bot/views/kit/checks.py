"""Makes the SDK's validation of Block Kit cheaper.

For every part of every message, the SDK searches all attributes of its class for validators. That takes more than half
of the time that drawing takes. The validators are the same for all parts of a class, so they are searched for once.
All of them still run.
"""

from functools import cache

from slack_sdk.models.basic_objects import JsonObject


@cache
def _validators_of(kind: type[JsonObject]) -> tuple[str, ...]:
    return tuple(name for name in dir(kind) if hasattr(getattr(kind, name, None), "validator"))


def _validate(self: JsonObject) -> None:
    """Raise SlackObjectFormationError if Slack would refuse the part."""
    for name in _validators_of(type(self)):
        getattr(self, name)()


def find_validators_once() -> None:
    """Use the cheaper validation in this process."""
    JsonObject.validate_json = _validate  # type: ignore[method-assign] # the SDK offers no other way
