"""The "More…" menu of the card, with the entries each feature registers."""

from dataclasses import dataclass

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.errors import Misread
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, MenuEntry
from bot.handlers.kit.forms import FormRegistry
from bot.handlers.kit.routes import Routes
from bot.ports.workspace import View
from bot.services.bundle import Services
from bot.views.kit import ids, menu_form


@dataclass(frozen=True)
class MenuHandlers:
    """Handles the "More…" menu."""

    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    services: Services
    entries: tuple[MenuEntry, ...]

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.action(ids.PRESS_MORE, self.after_ack(self.open))
        routes.view(ids.MORE, self.submit)

    async def open(self, body: Body) -> None:
        """Open the entries that apply."""
        number, person = int(body["actions"][0]["value"]), body["user"]["id"]
        await self.forms.open_with(body["trigger_id"], person, lambda: self._draw(number, person))

    async def submit(self, ack: AsyncAck, body: Body) -> None:
        """Continue with the selected entry."""
        number, key = menu_form.read(body["view"])
        entry = next((entry for entry in self.entries if entry.choice.key == key), None)
        if entry is None:
            raise Misread(f"no such choice: {key!r}")
        form = await self.core.run(entry.draw, self.services, number, body["user"]["id"])
        await ack(response_action="update", view=form)

    def _draw(self, number: int, person: str) -> View:
        facts, policy = self.services.escalations.one(number, viewer=person)
        return menu_form.draw(facts, [entry.choice for entry in self.entries if entry.fits(facts, policy)])


def _listen(routes: Routes, kit: HandlerKit) -> None:
    MenuHandlers(kit.core, kit.after_ack, kit.forms, kit.services, kit.menu).register(routes)


CONVERSATION = Conversation(_listen)
