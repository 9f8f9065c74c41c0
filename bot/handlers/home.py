"""The Home tab."""

from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp

from bot.handlers.afterwards import Afterwards, Body
from bot.services.core import Core
from bot.services.escalations import Escalations


@dataclass(frozen=True)
class HomeHandlers:
    """Draws the Home tab when somebody opens it."""

    core: Core
    afterwards: Afterwards
    escalations: Escalations

    def register(self, app: AsyncApp) -> None:
        """Listen."""
        app.event("app_home_opened")(self.afterwards(self.open_home))

    async def open_home(self, body: Body) -> None:
        """Have it drawn; an event that comes twice draws the same."""
        event = body["event"]
        if event.get("tab") == "home":
            await self.core.run(self.escalations.show_home, event["user"])
