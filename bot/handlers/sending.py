"""Approving texts for the customer, and the log of what they were told."""

from dataclasses import dataclass

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, MenuEntry
from bot.handlers.kit.forms import FormRegistry
from bot.handlers.kit.routes import Routes
from bot.policy.decide.lifecycle import Move
from bot.ports.workspace import View
from bot.services.bundle import Services
from bot.services.overview.escalations import Escalations
from bot.services.sending.approvals import TextApprovals
from bot.views.kit import ids
from bot.views.sending import told_form


@dataclass(frozen=True)
class SendingHandlers:
    """Handles the buttons of texts for the customer."""

    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    approvals: TextApprovals
    escalations: Escalations

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.action(ids.PRESS_APPROVE_TEXT, self.approve)
        routes.action(ids.PRESS_SEND_OTHERWISE, self.after_ack(self.forms.opener(Move.UPDATE)))

    async def approve(self, ack: AsyncAck, body: Body) -> None:
        """Send a text that waits for approval; pressed twice, it is sent once."""
        number, _, text = body["actions"][0]["value"].partition(":")
        person = body["user"]["id"]
        facts = await self.core.run(self.approvals.approve, int(number), int(text), by=person)
        await self.core.run(
            self.escalations.reply, person, None, f"Approved. The update for {facts.key} is on its way."
        )
        await ack()


def draw(services: Services, number: int, viewer: str) -> View:
    """Draw the log of what the customer was told."""
    found = services.told_logs.latest(number, viewer=viewer)
    return told_form.draw(found.facts, found.policy, found.texts, found.older)


def _listen(routes: Routes, kit: HandlerKit) -> None:
    services = kit.services
    SendingHandlers(kit.core, kit.after_ack, kit.forms, services.text_approvals, services.escalations).register(routes)


CONVERSATION = Conversation(_listen, menu=(MenuEntry("told", draw),))
