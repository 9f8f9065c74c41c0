"""Stored messages in which one value has the right type and means nothing."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.errors import UnknownWord
from bot.ports.workspace import Message


def assert_drawn_or_named(draw: Callable[[dict[str, Any]], Message], payload: Mapping[str, Any], *, word: str) -> None:
    """Assert that each is drawn, or raises one of the two errors that park its effect at once with a reason."""
    for name, value in payload.items():
        for odd in _odd(value) if name != word else ():
            try:
                assert draw({**payload, name: odd}).text
            except UnknownWord:
                pass
            except ValueError as error:
                assert "can't be read" in str(error)  # noqa: PT017 - most are drawn


def _odd(value: Any) -> Iterator[Any]:
    match value:
        case bool() | None:
            pass
        case str():
            yield from ("", "sundial")
        case int():
            yield from (0, -5, 999_999)
        case list():
            yield []
            for place, each in enumerate(value):
                yield from ([*value[:place], odd, *value[place + 1 :]] for odd in _odd(each))
        case dict():
            for key, each in value.items():
                yield from ({**value, key: odd} for odd in _odd(each))
