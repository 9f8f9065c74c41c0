"""The answer to `status`: a copy of the card that only one person sees, redrawn after a button was pressed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.database.transaction import Core
from bot.ports.workspace import Message, Workspace
from bot.services.bundle import Services
from bot.views.overview import listing


def draw_status(services: Services, number: int, viewer: str) -> Message:
    """Draw one escalation for one person, without what they may not do. Raises NotFound."""
    facts, policy = services.escalations.one(number, viewer=viewer)
    around, counts = services.programmes.around(facts), services.cards.counts(facts, policy)
    hidden = services.escalations.forbidden(facts, policy, viewer=viewer)
    return listing.status(facts, policy, services.database.clock.now(), around, counts, hidden)


@dataclass(frozen=True)
class StatusCopies:
    """Redraws copies of the card that Slack stores nowhere: only the address that comes with a press reaches them."""

    core: Core
    workspace: Workspace
    services: Services

    def is_copy(self, body: Mapping[str, Any]) -> bool:
        """Return True if a control was pressed on such a copy."""
        container = body.get("container")
        is_ephemeral = isinstance(container, Mapping) and container.get("is_ephemeral") is True
        return is_ephemeral and bool(body.get("response_url")) and _is_card(body)

    async def redraw(self, body: Mapping[str, Any], number: int) -> None:
        """Draw the copy again with the facts of now."""
        message = await self.core.run(draw_status, self.services, number, body["user"]["id"])
        answer = {"replace_original": True, "text": message.text, "blocks": list(message.blocks)}
        await self.workspace.respond(body["response_url"], answer)


def _is_card(body: Mapping[str, Any]) -> bool:
    return str(body["actions"][0].get("block_id") or "").startswith("card-")
