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

    def __getattr__(self, kind: str) -> Callable[..., Callable[[object], None]]:
        def listen(name: str | re.Pattern[str], **_narrowed: object) -> Callable[[object], None]:
            self.heard[kind].add(name if isinstance(name, str) else name.pattern.removeprefix("^"))
            return lambda _listener: None

        return listen

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
