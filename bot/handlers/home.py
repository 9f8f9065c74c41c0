"""The Home tab."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.services.core import Core
from bot.services.escalations import Escalations


@dataclass(frozen=True)
class HomeHandlers:
    """Draws the Home tab when somebody opens it."""

    core: Core
    escalations: Escalations

    def register(self, app: AsyncApp) -> None:
        """Listen."""
        app.event("app_home_opened")(self.open_home)

    async def open_home(self, event: Mapping[str, Any]) -> None:
        """Have it drawn; an event that comes twice draws the same."""
        if event.get("tab") == "home":
            await self.core.run(self.escalations.show_home, event["user"])
