"""Messages as they are stored with their effects.

Each kind is a frozen dataclass. Its fields are the payload's keys, except where `stored_as` names another key.
Rows that an earlier version wrote must stay readable: never change a word or a key, and give a new field a default.
"""

from collections.abc import Hashable, Mapping
from dataclasses import Field, dataclass, fields, is_dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from typing import Any, Generic, TypeVar, cast, get_args

from pydantic import TypeAdapter, ValidationError

# For a field that is added when the message is shown, and never stored.
WHEN_SHOWN: Mapping[str, bool] = {"stored": False}
# For a field that is left out of the payload while it is None.
IF_GIVEN: Mapping[str, bool] = {"if_given": True}
M = TypeVar("M")


def stored_as(key: str) -> Mapping[str, str]:
    """Return the metadata of a field whose key in payloads is older than its name."""
    return {"key": key}


@dataclass(frozen=True)
class Vocabulary(Generic[M]):
    """A family of messages, a union of classes. A payload has the word of its class under `key`."""

    key: str
    family: Any

    @cached_property
    def kinds(self) -> Mapping[str, type[M]]:
        """The class of each word."""
        return {kind.word: kind for kind in get_args(self.family)}

    def payload_of(self, message: M) -> dict[str, Any]:
        """Return the stored form of a message."""
        return {self.key: cast("Any", message).word, **fields_of(message)}

    def read(self, payload: Mapping[str, Any]) -> M:
        """Return the message that was stored; other keys of the payload are ignored.

        Raises LookupError for an unknown kind, ValueError for fields that can't be read.
        """
        return read(self.kinds[payload[self.key]], payload)


def fields_of(message: Any) -> dict[str, Any]:
    """Return the fields of a message as JSON keeps them."""
    stored = {one.name: one for one in fields(message) if one.metadata.get("stored", True)}
    given = {name: getattr(message, name) for name in stored}
    return {
        _key(stored[name]): _plain(value)
        for name, value in given.items()
        if value is not None or not stored[name].metadata.get("if_given", False)
    }


def read(kind: type[M], payload: Mapping[str, Any]) -> M:
    """Return a payload as a message of that kind. Raises ValueError for fields that can't be read."""
    try:
        return cast("M", _reader(cast("Hashable", kind)).validate_python(_named(kind, payload)))
    except ValidationError as error:
        # Without what was read: people's words belong in no log.
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise ValueError(f"a stored {kind.__name__} can't be read: {wrong}") from None


def _key(of: Field[Any]) -> str:
    return cast("str", of.metadata.get("key", of.name))


def _named(kind: Any, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return a payload with the names of the fields instead of the keys."""
    renamed = {_key(one): one.name for one in fields(kind)}
    return {renamed.get(key, key): value for key, value in payload.items()}


@cache
def _reader(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _plain(value: Any) -> Any:
    """Return a value as JSON keeps it: moments and days in ISO format, durations in whole seconds."""
    match value:
        case date():  # a datetime is one too
            return value.isoformat()
        case timedelta():
            return int(value.total_seconds())
        case tuple():
            return [_plain(item) for item in value]
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case _ if is_dataclass(value):
            return fields_of(value)
        case _:
            return value
