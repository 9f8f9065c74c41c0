"""Choosing an escalation if none is implied: the picker, and its external menu."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.handlers.kit import elsewhere
from bot.handlers.kit.after_ack import Body
from bot.handlers.kit.conversation import Conversation, HandlerKit
from bot.handlers.kit.forms import FormRegistry
from bot.handlers.kit.routes import Routes
from bot.handlers.waiting import draw_carried
from bot.policy.decide.lifecycle import Move
from bot.policy.excerpts import Excerpt
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import View
from bot.services.overview.escalations import Escalations
from bot.services.paging.acknowledgements import Acknowledgements
from bot.views.kit import ids, parts, picking
from bot.views.kit.form_values import number_of, option_of
from bot.views.overview import picker


@dataclass(frozen=True)
class PickHandlers:
    """Handles the picker."""

    core: Core
    forms: FormRegistry
    escalations: Escalations
    acknowledgements: Acknowledgements

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.view(ids.PICK, self.submit_pick)
        routes.options(ids.FIND_ESCALATION, self.offer_escalations)

    async def submit_pick(self, ack: AsyncAck, body: Body) -> None:
        """Continue with the selected escalation."""
        view, person = body["view"], body["user"]["id"]
        move, number = Move(picker.move_of(view)), int(option_of(view, "escalation") or 0)
        if move is Move.ACKNOWLEDGE:
            place = elsewhere.asked_in()
            await self.core.run(self.acknowledgements.acknowledge, number, by=person, channel=place)
            await ack()
            return
        form = await self.core.run(self._draw, move, number, person, view)
        await ack(response_action="update", view=form)

    def _draw(self, move: Move, number: int, person: str, view: Body) -> View:
        if move is Move.FOLLOW_UP:
            return draw_carried(self.forms.services, number, person, view)
        return self.forms.draw(move, number, person)

    async def offer_escalations(self, ack: AsyncAck, body: Body) -> None:
        """Return the escalations that match the typed text, for the form's question."""
        view, person, typed = body["view"], body["user"]["id"], body.get("value") or ""
        find = partial(self._find, view, viewer=person, like=typed, limit=picking.MOST)
        found = await self.core.run(find)
        await ack(options=parts.offered(picking.options(found.shown)))

    def _find(self, view: Mapping[str, Any], *, viewer: str, like: str, limit: int) -> Excerpt[EscalationFacts]:
        if view["callback_id"] == ids.PICK:
            move = Move(picker.move_of(view))
            return self.escalations.open_to(move, viewer=viewer, like=like, limit=limit)
        own = number_of(view) if view["callback_id"] == ids.WITHDRAW else None
        return self.escalations.others(own, viewer=viewer, like=like, limit=limit)


def _listen(routes: Routes, kit: HandlerKit) -> None:
    PickHandlers(kit.core, kit.forms, kit.services.escalations, kit.services.acknowledgements).register(routes)


CONVERSATION = Conversation(_listen)
