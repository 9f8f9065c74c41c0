"""Answers that only one person sees, to `status` and `list`: redrawn after a button in them was pressed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.database.transaction import Core
from bot.handlers.kit.words import LIST
from bot.ports.workspace import Message, Workspace
from bot.services.bundle import Services
from bot.services.overview.escalations import LISTED
from bot.views.overview import account_page, listing
from bot.views.overview.listing import Listing


def draw_status(services: Services, number: int, viewer: str) -> Message:
    """Draw one escalation for one person, without what they may not do. Raises NotFound."""
    with services.database.reading():
        facts, policy = services.escalations.one(number, viewer=viewer)
        around, counts = services.programmes.around(facts), services.cards.counts(facts, policy)
        hidden = services.escalations.forbidden(facts, policy, viewer=viewer)
    return listing.status(facts, policy, services.database.clock.now(), around, counts, hidden)


def draw_list(
    services: Services, workspace_url: str, command: str, words: str, viewer: str, first: int | None = None
) -> Message:
    """Draw the list that words ask for, with the buttons of one person; `first` overrides the part they name.

    Raises NotAMember, and NotFound for an account that isn't known.
    """
    with services.database.reading():
        page = services.escalations.listed(words, viewer=viewer, first=first)
    found, asked = page.found, page.wanted.words
    # If the list is shorter now, its end is shown.
    next_command = " ".join((command, LIST, *asked.split(), str(found.first // LISTED + 2)))
    now, broken = services.database.clock.now(), services.escalations.unreadable() if not asked else ()
    account = (page.account.id, page.account.name) if page.account is not None else None
    is_of_closed = page.wanted.is_of_closed
    how = Listing(
        next_command,
        workspace_url,
        page.own,
        asked,
        is_of_closed=is_of_closed,
        account=account,
        promises=page.promises,
        owed=page.owed,
    )
    return listing.everything(found, now, broken, how=how)


def draw_account(services: Services, workspace_url: str, account: int, first: int, viewer: str) -> Message:
    """Draw the page of a customer for one person. Raises NotAMember and NotFound."""
    return account_page.draw(services.account_pages.page(account, viewer=viewer, first=first), workspace_url)


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
        return (
            is_ephemeral
            and bool(body.get("response_url"))
            and _block(body).startswith(("card-", listing.LISTED, account_page.PAGE))
        )

    async def redraw(self, body: Mapping[str, Any], number: int) -> None:
        """Draw the copy again with the facts of now."""
        viewer, place, of_account = (
            body["user"]["id"],
            listing.place_of(_block(body)),
            account_page.place_of(_block(body)),
        )
        if of_account is not None:
            message = await self.core.run(draw_account, self.services, self.workspace.url, *of_account, viewer)
        elif place is None:
            message = await self.core.run(draw_status, self.services, number, viewer)
        else:
            first, words = place
            url, command = self.workspace.url, self.command
            message = await self.core.run(draw_list, self.services, url, command, words, viewer, first=first)
        answer = {"replace_original": True, "text": message.text, "blocks": list(message.blocks)}
        await self.workspace.respond(body["response_url"], answer)


def _block(body: Mapping[str, Any]) -> str:
    return str(body["actions"][0].get("block_id") or "")
