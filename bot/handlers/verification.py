"""The identity check: asked for, noted, approved."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.database.transaction import Core
from bot.handlers.kit.after_ack import AfterAck
from bot.handlers.kit.forms import FormRegistry
from bot.handlers.kit.menu import MenuEntry
from bot.policy.decide.lifecycle import Move, moves
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import View
from bot.services.verification.verifications import FactorChecks, Verifications
from bot.views.kit import ids
from bot.views.kit.menu_form import MenuChoice
from bot.views.verification import verification_form

Body = Mapping[str, Any]


@dataclass(frozen=True)
class VerificationHandlers:
    """The conversation about somebody's identity."""

    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    verifications: Verifications

    def register(self, app: AsyncApp) -> None:
        """Listen."""
        self.forms.others[Move.VERIFY] = self.draw
        app.action(ids.PRESS_VERIFY)(self.after_ack(self.open_check))
        app.action(ids.PRESS_APPROVE)(self.press_approve)
        app.view(ids.VERIFY)(self.submit_check)

    def entry(self) -> MenuEntry:
        """Return what stands for it behind "More…" on the card."""
        return MenuEntry(
            MenuChoice("verify", "Identity check…", "Ask for one, or note what was checked"),
            draw=self.draw,
            fits=_fits,
        )

    def draw(self, number: int, viewer: str) -> View:
        """Draw the form of the check, or the one that asks for it. Raises NotFound and Refused."""
        found = self.verifications.form(number, viewer=viewer)
        return verification_form.draw(found.facts, found.policy, found.proof)

    async def open_check(self, body: Body) -> None:
        """Open the form."""
        number = int(body["actions"][0]["value"])
        await self.forms.open(body["trigger_id"], Move.VERIFY, number, viewer=body["user"]["id"])

    async def press_approve(self, ack: AsyncAck, body: Body) -> None:
        """Approve."""
        number = int(body["actions"][0]["value"])
        await self.core.run(self.verifications.approve, number, by=body["user"]["id"])
        await ack()

    async def submit_check(self, ack: AsyncAck, body: Body) -> None:
        """Note what was ticked, and what is asked for. Whoever has asked for a check can go on and note it."""
        ticks = verification_form.read(body["view"])
        checked = FactorChecks(now=ticks.now, taken_back=ticks.taken_back, tier=ticks.tier)
        await self.core.run(partial(self.verifications.check, ticks.number, checked), by=body["user"]["id"])
        if ticks.tier is None:
            await ack()
        else:
            form = await self.core.run(self.draw, ticks.number, body["user"]["id"])
            await ack(response_action="update", view=form)


def _fits(facts: EscalationFacts, policy: Policy) -> bool:
    return Move.VERIFY in moves(facts) and bool(policy.verification.tiers)
