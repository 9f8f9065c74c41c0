"""Setting the category later."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.handlers.kit.after_ack import Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, MenuEntry
from bot.handlers.kit.routes import Routes
from bot.policy.decide.lifecycle import Move, moves
from bot.ports.workspace import View
from bot.services.bundle import Services
from bot.services.categories.categories import Categories, CategoryChange
from bot.services.overview.escalations import Escalations
from bot.views.categories import category_form
from bot.views.kit import ids
from bot.views.kit.form_values import number_of
from bot.views.kit.menu_form import MenuChoice


@dataclass(frozen=True)
class CategoryHandlers:
    """Handles the category forms."""

    core: Core
    escalations: Escalations
    categories: Categories

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.view(ids.CATEGORISE, self.submit)
        routes.view(ids.CATEGORISE_TRIGGERS, self.submit_triggers)

    async def submit(self, ack: AsyncAck, body: Body) -> None:
        """Ask for the category's triggers, or set the category if it has none."""
        view, person = body["view"], body["user"]["id"]
        form = await self.core.run(self._triggers, view, person)
        if form is not None:
            await ack(response_action="update", view=form)
            return
        await self._change(view, (), person)
        await ack()

    async def submit_triggers(self, ack: AsyncAck, body: Body) -> None:
        """Set the category with its triggers."""
        view = body["view"]
        await self._change(view, category_form.read_triggers(view), body["user"]["id"])
        await ack()

    async def _change(self, view: Mapping[str, Any], triggers: tuple[str, ...], person: str) -> None:
        category, confidential = category_form.read(view)
        about = CategoryChange(category, triggers, confidential)
        await self.core.run(partial(self.categories.change, number_of(view), about, by=person))

    def _triggers(self, view: Mapping[str, Any], person: str) -> View | None:
        found = self.escalations.for_move(number_of(view), Move.CATEGORISE, viewer=person)
        return category_form.triggers(view, *found)


def draw(services: Services, number: int, viewer: str) -> View:
    """Draw the form."""
    return category_form.draw(*services.escalations.for_move(number, Move.CATEGORISE, viewer=viewer))


def _listen(routes: Routes, kit: HandlerKit) -> None:
    CategoryHandlers(kit.core, kit.services.escalations, kit.services.categories).register(routes)


CONVERSATION = Conversation(
    _listen,
    menu=(
        MenuEntry(
            60,
            MenuChoice("category", "Category and confidentiality…", "What it is about, and who may see it"),
            draw,
            fits=lambda facts, _policy: Move.CATEGORISE in moves(facts),
        ),
    ),
)
