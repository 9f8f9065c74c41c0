"""The listeners that the bot registers, by name."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot import settings
from bot.app import build_services
from bot.handlers.kit.conversation import Conversation
from bot.handlers.kit.routes import Routes
from bot.handlers.registry import CONVERSATIONS, kit_of, listen
from bot.services.bundle import Services

if TYPE_CHECKING:
    from bot.ports.workspace import Workspace

NOWHERE = cast("Workspace", object())


def bolt() -> AsyncApp:
    """Return an app of Bolt's that knows its workspace and checks no signatures."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id="T01", bot_id="B01", bot_user_id="U01BOT", bot_token="xoxb-1"
        )

    return AsyncApp(authorize=authorize, process_before_response=True, request_verification_enabled=False)


def routes(services: Services, app: AsyncApp, conversations: Mapping[str, Conversation] = CONVERSATIONS) -> Routes:
    """Register features with an app, and return their listeners by name."""
    return listen(app, kit_of(NOWHERE, services, "/escalate", conversations), conversations)


def all_routes(database_url: str) -> Routes:
    """Return the listeners of every feature."""
    services = build_services(settings.load(database_url=database_url))
    services.core.close()
    return routes(services, bolt())
