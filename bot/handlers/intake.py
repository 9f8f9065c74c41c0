"""Filling in what is known: by section from the channel's sheet, or everything that is missing from anywhere."""

import re
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
from bot.policy.decide.questionnaire import asks_anything
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import View
from bot.services.intake.intake import Intakes
from bot.views.intake import intake_form
from bot.views.intake.intake_message import MISSING
from bot.views.kit import ids
from bot.views.kit.menu_form import MenuChoice

Body = Mapping[str, Any]


@dataclass(frozen=True)
class IntakeHandlers:
    """The conversation about what is known."""

    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    intakes: Intakes

    def register(self, app: AsyncApp) -> None:
        """Listen."""
        self.forms.others[Move.INTAKE] = self.draw
        app.action(ids.PRESS_FACTS)(self.after_ack(self.open_facts))
        app.action(re.compile(f"^{ids.PRESS_FACT}"))(self.after_ack(self.open_facts))
        app.view(ids.FACTS)(self.submit_facts)

    def entry(self) -> MenuEntry:
        """Return what stands for it behind "More…" on the card."""
        return MenuEntry(
            MenuChoice("facts", "What is known…", "Fill in what is missing"),
            draw=self.draw,
            fits=_fits,
        )

    def draw(self, number: int, viewer: str, *, wanted: str = MISSING) -> View:
        """Draw the form of a section, or of what is missing. Raises NotFound and Refused."""
        asked = self.intakes.form(number, viewer=viewer)
        return intake_form.draw(asked.facts, asked.policy, asked.questionnaire, wanted)

    async def open_facts(self, body: Body) -> None:
        """Open the form of a section, or of one fact."""
        number, _, wanted = body["actions"][0]["value"].partition(":")
        viewer = body["user"]["id"]
        await self.forms.open_with(body["trigger_id"], viewer, lambda: self.draw(int(number), viewer, wanted=wanted))

    async def submit_facts(self, ack: AsyncAck, body: Body) -> None:
        """Write down what was changed."""
        number, answers = intake_form.read(body["view"])
        await self.core.run(partial(self.intakes.fill, number, answers), by=body["user"]["id"])
        await ack()


def _fits(facts: EscalationFacts, policy: Policy) -> bool:
    return Move.INTAKE in moves(facts) and asks_anything(policy, facts)
