"""Ticking off a level's checklist."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.database.transaction import Core
from bot.handlers.kit.after_ack import AfterAck
from bot.handlers.kit.conversation import Conversation, HandlerKit
from bot.handlers.kit.forms import FormRegistry
from bot.ports.workspace import View
from bot.services.levels.checklists import Checklists
from bot.views.kit import ids
from bot.views.levels import checklist

Body = Mapping[str, Any]


@dataclass(frozen=True)
class ChecklistHandlers:
    """Handles the checklist form."""

    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    checklists: Checklists

    def register(self, app: AsyncApp) -> None:
        """Register the listeners."""
        app.action(ids.PRESS_CHECKLIST)(self.after_ack(self.open_form))
        app.view(ids.CHECKLIST)(self.submit)

    async def open_form(self, body: Body) -> None:
        """Open the form."""
        number, person = int(body["actions"][0]["value"]), body["user"]["id"]
        await self.forms.open_with(body["trigger_id"], person, lambda: self._draw(number, person))

    async def submit(self, ack: AsyncAck, body: Body) -> None:
        """Record the ticked items."""
        ticks = checklist.read(body["view"])
        tick = partial(self.checklists.tick, ticks.number, now=ticks.now, taken_back=ticks.taken_back)
        await self.core.run(tick, by=body["user"]["id"])
        await ack()

    def _draw(self, number: int, person: str) -> View:
        found = self.checklists.form(number, viewer=person)
        return checklist.form(found.facts, found.policy, found.items)


def _listen(app: AsyncApp, kit: HandlerKit) -> None:
    ChecklistHandlers(kit.core, kit.after_ack, kit.forms, kit.services.checklists).register(app)


CONVERSATION = Conversation(_listen)
