"""What several signs say together: a customer who may leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.handlers.menu import Entry, MenuHandlers
from bot.ports.workspace import View
from bot.services.churn_risk import ChurnRisks
from bot.services.core import Core
from bot.views import ids, pattern_churn_risk
from bot.views.closure_forms import number_of, text_of
from bot.views.menu_form import Choice

Body = Mapping[str, Any]


@dataclass(frozen=True)
class PatternHandlers:
    """The conversation about patterns."""

    core: Core
    menu: MenuHandlers
    churn_risks: ChurnRisks

    def register(self, app: AsyncApp) -> None:
        """Listen, and offer what can be done behind the card's "More…"."""
        self.menu.add(
            Entry(
                Choice("churn", "Churn risk…", "The customer may leave: note the signs, tell those who can keep them"),
                draw=self.draw_churn_risk,
                fits=lambda facts, policy: facts.is_live and policy.patterns.churn_risk is not None,
            )
        )
        app.view(ids.CHURN_RISK)(self.submit_churn_risk)

    def draw_churn_risk(self, number: int, person: str) -> View:
        """Draw the form that notes the signs."""
        draft = self.churn_risks.draft(number, by=person)
        return pattern_churn_risk.form(draft.facts, draft.policy, draft.risk, draft.noted)

    async def submit_churn_risk(self, ack: AsyncAck, body: Body) -> None:
        """Mark the customer as one who may leave, or no longer."""
        view = body["view"]
        note = partial(self.churn_risks.note, number_of(view), pattern_churn_risk.signs_of(view))
        await self.core.run(note, by=body["user"]["id"], note=text_of(view, "note"))
        await ack()
