"""The *More* menu of the card, whose entries open the forms that the features register."""

from dataclasses import dataclass
from functools import partial

from bot.database.transaction import Core
from bot.errors import Misread
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, MenuEntry
from bot.handlers.kit.forms import FormRegistry
from bot.handlers.kit.routes import Routes
from bot.handlers.kit.status_copies import StatusCopies
from bot.ports.workspace import View
from bot.services.bundle import Services
from bot.views.card import more_menu
from bot.views.kit import ids


@dataclass(frozen=True)
class MenuHandlers:
    """Handles the *More* menu."""

    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    services: Services
    entries: tuple[MenuEntry, ...]
    copies: StatusCopies

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.action(ids.PICK_MORE, self.after_ack(self.open_entry))
        routes.action(ids.PRESS_MORE, self.after_ack(self.open))
        routes.action_beginning(ids.PRESS_MORE_ENTRY, self.after_ack(self.fill_entry))

    async def open_entry(self, body: Body) -> None:
        """Open the form of the chosen entry, and redraw the card, whose menu otherwise keeps showing the choice."""
        value, _, key = body["actions"][0]["selected_option"]["value"].partition(":")
        number, person = int(value), body["user"]["id"]
        await self.forms.open_with(body["trigger_id"], person, partial(self._draw_entry, key, number, person))
        if self.copies.is_copy(body):
            await self.copies.redraw(body, number)
        else:
            await self.core.run(self.services.cards.redraw, number)

    async def open(self, body: Body) -> None:
        """Open the menu as a form."""
        number, person = int(body["actions"][0]["value"]), body["user"]["id"]
        await self.forms.open_with(body["trigger_id"], person, lambda: self._draw(number, person))

    async def fill_entry(self, body: Body) -> None:
        """Replace the menu by the form of an entry."""
        key = body["actions"][0]["action_id"].removeprefix(ids.PRESS_MORE_ENTRY)
        number, person = int(body["actions"][0]["value"]), body["user"]["id"]
        await self.forms.fill_with(body["view"]["id"], person, partial(self._draw_entry, key, number, person))

    def _draw_entry(self, key: str, number: int, person: str) -> View:
        entry = next((entry for entry in self.entries if entry.key == key), None)
        if entry is None:
            raise Misread(f"no such choice: {key!r}")
        return entry.draw(self.services, number, person)

    def _draw(self, number: int, person: str) -> View:
        facts, policy = self.services.escalations.one(number, viewer=person)
        return more_menu.form(facts, policy, self.services.escalations.forbidden(facts, policy, viewer=person))


def _listen(routes: Routes, kit: HandlerKit) -> None:
    MenuHandlers(kit.core, kit.after_ack, kit.forms, kit.services, kit.menu, kit.copies).register(routes)


CONVERSATION = Conversation(_listen)
