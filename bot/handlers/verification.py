"""The identity check: requested, recorded, approved."""

from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, MenuEntry
from bot.handlers.kit.forms import FormRegistry
from bot.handlers.kit.routes import Routes
from bot.policy.decide.lifecycle import Move
from bot.ports.workspace import View
from bot.services.bundle import Services
from bot.services.verification.verifications import FactorChecks, Verifications
from bot.views.kit import ids
from bot.views.verification import verification_form


@dataclass(frozen=True)
class VerificationHandlers:
    """Handles the identity check."""

    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    verifications: Verifications

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.action(ids.PRESS_VERIFY, self.after_ack(self.forms.opener(Move.VERIFY)))
        routes.action(ids.PRESS_APPROVE, self.press_approve)
        routes.view(ids.VERIFY, self.submit_check)

    async def press_approve(self, ack: AsyncAck, body: Body) -> None:
        """Approve the identity check."""
        number = int(body["actions"][0]["value"])
        await self.core.run(self.verifications.approve, number, by=body["user"]["id"])
        await ack()

    async def submit_check(self, ack: AsyncAck, body: Body) -> None:
        """Record what was ticked or requested. After a request the form becomes the one that records the check."""
        ticks = verification_form.read(body["view"])
        checked = FactorChecks(now=ticks.now, taken_back=ticks.taken_back, tier=ticks.tier)
        await self.core.run(partial(self.verifications.check, ticks.number, checked), by=body["user"]["id"])
        if ticks.tier is None:
            await ack()
        else:
            form = await self.core.run(_draw, self.verifications, ticks.number, body["user"]["id"])
            await ack(response_action="update", view=form)


def draw(services: Services, number: int, viewer: str) -> View:
    """Draw the check's form, or the one that requests it. Raises NotFound and Refused."""
    return _draw(services.verifications, number, viewer)


def _draw(verifications: Verifications, number: int, viewer: str) -> View:
    found = verifications.form(number, viewer=viewer)
    return verification_form.draw(found.facts, found.policy, found.proof)


def _listen(routes: Routes, kit: HandlerKit) -> None:
    VerificationHandlers(kit.core, kit.after_ack, kit.forms, kit.services.verifications).register(routes)


CONVERSATION = Conversation(_listen, forms={Move.VERIFY: draw}, menu=(MenuEntry("verify", draw),))
