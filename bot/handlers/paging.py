"""Responses to pages: acknowledge, silence, page the next person."""

from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit
from bot.handlers.kit.routes import Routes
from bot.handlers.kit.status_copies import StatusCopies
from bot.services.paging.acknowledgements import Acknowledgements
from bot.views.kit import ids


@dataclass(frozen=True)
class PagingHandlers:
    """Handles acknowledgements."""

    core: Core
    after_ack: AfterAck
    acknowledgements: Acknowledgements
    copies: StatusCopies

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.action(ids.PRESS_ACKNOWLEDGE, self.press_acknowledge)
        routes.action(ids.PRESS_ACKNOWLEDGE_PAGE, self.press_acknowledge_page)
        routes.action(ids.PRESS_PAGE_FURTHER, self.press_page_further)

    async def press_acknowledge(self, ack: AsyncAck, body: Body) -> None:
        """Acknowledge the escalation."""
        number = int(body["actions"][0]["value"])
        await self.core.run(self.acknowledgements.acknowledge, number, by=body["user"]["id"])
        await ack()
        if self.copies.is_copy(body):
            self.after_ack.start(partial(self._redraw_copy, number), body)

    async def _redraw_copy(self, number: int, body: Body) -> None:
        await self.copies.redraw(body, number)

    async def press_acknowledge_page(self, ack: AsyncAck, body: Body) -> None:
        """Silence a page; the owner's response to the opening page acknowledges the escalation."""
        number, page = (int(part) for part in body["actions"][0]["value"].split(":"))
        await self.core.run(self.acknowledgements.acknowledge_page, number, page, by=body["user"]["id"])
        await ack()

    async def press_page_further(self, ack: AsyncAck, body: Body) -> None:
        """Page a rung that is only paged on request."""
        number, page, rung = body["actions"][0]["value"].split(":")
        await self.core.run(self.acknowledgements.page_rung, int(number), int(page), rung, by=body["user"]["id"])
        await ack()


def _listen(routes: Routes, kit: HandlerKit) -> None:
    PagingHandlers(kit.core, kit.after_ack, kit.services.acknowledgements, kit.copies).register(routes)


CONVERSATION = Conversation(_listen)
