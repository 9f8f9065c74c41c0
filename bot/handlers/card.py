"""What is changed from the card and belongs to no other feature: the ticket, the summary, the account; the timeline."""

from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.handlers.kit.after_ack import Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, MenuEntry
from bot.handlers.kit.routes import Routes
from bot.policy.decide.lifecycle import Move
from bot.ports.workspace import View
from bot.services.bundle import Services
from bot.services.card.tickets import Tickets
from bot.views.card import ticket_form
from bot.views.kit import ids
from bot.views.kit.form_values import number_of


@dataclass(frozen=True)
class CardHandlers:
    """Handles the forms of the card's menu."""

    core: Core
    tickets: Tickets

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.view(ids.TICKET, self.submit_ticket)

    async def submit_ticket(self, ack: AsyncAck, body: Body) -> None:
        """Link the ticket."""
        view = body["view"]
        link = partial(self.tickets.link, number_of(view), ticket_form.read(view))
        await self.core.run(link, by=body["user"]["id"])
        await ack()


def draw_ticket(services: Services, number: int, viewer: str) -> View:
    """Draw the form that links a ticket."""
    return ticket_form.draw(*services.escalations.for_move(number, Move.EDIT, viewer=viewer))


def _listen(routes: Routes, kit: HandlerKit) -> None:
    CardHandlers(kit.core, kit.services.tickets).register(routes)


CONVERSATION = Conversation(_listen, menu=(MenuEntry("ticket", draw_ticket),))
