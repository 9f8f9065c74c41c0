"""Answers that only one person sees, to `status` and `list`: redrawn after a button in them was pressed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.database.transaction import Core
from bot.handlers.kit.words import LIST
from bot.ports.workspace import Message, Workspace
from bot.services.bundle import Services
from bot.services.overview.escalations import LISTED
from bot.views.overview import listing


def draw_status(services: Services, number: int, viewer: str) -> Message:
    """Draw one escalation for one person, without what they may not do. Raises NotFound."""
    with services.database.reading():
        facts, policy = services.escalations.one(number, viewer=viewer)
        around, counts = services.programmes.around(facts), services.cards.counts(facts, policy)
        hidden = services.escalations.forbidden(facts, policy, viewer=viewer)
    return listing.status(facts, policy, services.database.clock.now(), around, counts, hidden)


def draw_list(services: Services, workspace_url: str, command: str, first: int, viewer: str) -> Message:
    """Draw the list from an offset, with the buttons of one person. Raises NotAMember."""
    with services.database.reading():
        found = services.escalations.live(viewer=viewer, first=first, limit=LISTED)
        own = services.escalations.identities(viewer)
    # If the list is shorter now, its end is shown.
    next_command = f"{command} {LIST} {found.first // LISTED + 2}"
    now, broken = services.database.clock.now(), services.escalations.unreadable()
    return listing.everything(found, now, broken, next_command=next_command, workspace_url=workspace_url, own=own)


@dataclass(frozen=True)
class StatusCopies:
    """Redraws answers that Slack stores nowhere: only the address that comes with a press reaches them."""

    core: Core
    workspace: Workspace
    services: Services
    command: str

    def is_copy(self, body: Mapping[str, Any]) -> bool:
        """Return True if a control was pressed on such a copy."""
        container = body.get("container")
        is_ephemeral = isinstance(container, Mapping) and container.get("is_ephemeral") is True
        return is_ephemeral and bool(body.get("response_url")) and _block(body).startswith(("card-", listing.LISTED))

    async def redraw(self, body: Mapping[str, Any], number: int) -> None:
        """Draw the copy again with the facts of now."""
        viewer, first = body["user"]["id"], listing.first_of(_block(body))
        if first is None:
            message = await self.core.run(draw_status, self.services, number, viewer)
        else:
            message = await self.core.run(draw_list, self.services, self.workspace.url, self.command, first, viewer)
        answer = {"replace_original": True, "text": message.text, "blocks": list(message.blocks)}
        await self.workspace.respond(body["response_url"], answer)


def _block(body: Mapping[str, Any]) -> str:
    return str(body["actions"][0].get("block_id") or "")
