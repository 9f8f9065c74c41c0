"""The category: its playbook, and setting it later."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, MenuEntry
from bot.handlers.kit.forms import FormRegistry
from bot.handlers.kit.routes import Routes
from bot.policy.decide.lifecycle import Move
from bot.ports.workspace import View
from bot.services.bundle import Services
from bot.services.categories.categories import Categories, CategoryChange
from bot.services.incidents.status_pages import StatusPages
from bot.services.overview.escalations import Escalations
from bot.services.teams.teams import Teams
from bot.views.categories import category_form, playbook
from bot.views.kit import ids
from bot.views.kit.form_values import number_of


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


@dataclass(frozen=True)
class PlaybookHandlers:
    """Handles the playbook."""

    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    teams: Teams
    status_pages: StatusPages

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.action(ids.PRESS_PLAYBOOK, self.after_ack(self.open))
        routes.action(ids.PRESS_TEAM_ANSWERED, self.after_ack(self.press_answered))
        routes.action(ids.PRESS_STATUS_POSTED, self.after_ack(partial(self.press_status, posted=True)))
        routes.action(ids.PRESS_STATUS_MISSING, self.after_ack(partial(self.press_status, posted=False)))

    async def open(self, body: Body) -> None:
        """Open the playbook."""
        number, viewer = int(body["actions"][0]["value"]), body["user"]["id"]
        await self.forms.open_with(body["trigger_id"], viewer, lambda: self._draw(number, viewer))

    async def press_answered(self, body: Body) -> None:
        """Record that the team has responded, and show it where it was pressed."""
        value, _, team = body["actions"][0]["value"].partition(":")
        number, viewer = int(value), body["user"]["id"]

        def record() -> View:
            self.teams.answered(number, team, by=viewer)
            return self._draw(number, viewer)

        await self.forms.fill_with(body["view"]["id"], viewer, record)

    async def press_status(self, body: Body, *, posted: bool) -> None:
        """Record whether the outage is on the status page; in the playbook, show it there."""
        number, viewer = int(body["actions"][0]["value"]), body["user"]["id"]

        def record() -> View:
            self.status_pages.answered(number, posted=posted, by=viewer)
            return self._draw(number, viewer)

        if body.get("view"):
            await self.forms.fill_with(body["view"]["id"], viewer, record)
        else:
            await self.core.run(record)

    def _draw(self, number: int, viewer: str) -> View:
        found = self.teams.asked(number, viewer=viewer)
        if found.facts.category is None:
            return playbook.none(found.facts)
        return playbook.draw(found.facts, found.policy, found.asked, self.status_pages.reading())


def draw(services: Services, number: int, viewer: str) -> View:
    """Draw the form."""
    return category_form.draw(*services.escalations.for_move(number, Move.CATEGORISE, viewer=viewer))


def _listen(routes: Routes, kit: HandlerKit) -> None:
    CategoryHandlers(kit.core, kit.services.escalations, kit.services.categories).register(routes)
    services = kit.services
    PlaybookHandlers(kit.core, kit.after_ack, kit.forms, services.teams, services.status_pages).register(routes)


CONVERSATION = Conversation(
    _listen,
    menu=(MenuEntry("category", draw),),
)
