"""The listeners the bot registers, by name."""

import re
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from bot import settings
from bot.app import build_services, register

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

    from bot.integrations.slack.workspace import SlackWorkspace


class Ears:
    """Takes Bolt's place and records what handlers listen for."""

    def __init__(self) -> None:
        self.heard: dict[str, set[str]] = defaultdict(set)
        self.twice: set[tuple[str, str]] = set()
        self.begun: set[str] = set()
        self.order: list[tuple[str, str]] = []

    def __getattr__(self, kind: str) -> Callable[..., Callable[[object], None]]:
        def listen(name: str | re.Pattern[str], **_narrowed: object) -> Callable[[object], None]:
            # A pattern matches every name with that prefix.
            word = name if isinstance(name, str) else name.pattern.removeprefix("^")
            if not isinstance(name, str):
                self.begun.add(word)
            if any(self._meet(word, other) for other in self.heard[kind]):
                self.twice.add((kind, word))
            self.heard[kind].add(word)
            self.order.append((kind, word))
            return lambda _listener: None

        return listen

    def _meet(self, one: str, other: str) -> bool:
        """Return True if an id sent for one name would also match the other."""
        begins = (one in self.begun and other.startswith(one)) or (other in self.begun and one.startswith(other))
        return one == other or begins

    def error(self, _handler: object) -> None:
        """Accept the error handler."""

    def use(self, _middleware: object) -> None:
        """Accept a middleware."""


def all_heard(database_url: str) -> dict[str, set[str]]:
    """Return the registered names by kind: `action`, `view`, `options`, `shortcut`, `event`, `command`."""
    loaded = settings.load(database_url=database_url)
    services, ears = build_services(loaded), Ears()
    register(cast("AsyncApp", ears), loaded, services, cast("SlackWorkspace", object()))
    services.core.close()
    return ears.heard
