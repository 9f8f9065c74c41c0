"""Levels: changed by those who may, requested by others. The checklist of a level."""

from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.handlers.kit import elsewhere
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, MenuEntry
from bot.handlers.kit.forms import FormRegistry, required
from bot.handlers.kit.routes import Routes
from bot.policy.decide.lifecycle import Move
from bot.ports.workspace import View
from bot.services.bundle import Services
from bot.services.levels.checklists import Checklists
from bot.services.levels.level_requests import LevelRequests
from bot.services.levels.overrides import Overrides
from bot.views.kit import ids
from bot.views.kit.form_values import number_of, option_of
from bot.views.levels import checklist, level_forms

_WHY = "Enter a reason. It's posted."


@dataclass(frozen=True)
class LevelHandlers:
    """Handles the level's forms and buttons."""

    kit: HandlerKit
    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    overrides: Overrides
    level_requests: LevelRequests

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.view(ids.CHANGE_LEVEL, self.submit_level)
        routes.action(ids.PRESS_APPROVE_LEVEL, self.press_approve)
        routes.action(ids.PRESS_DECLINE_LEVEL, self.after_ack(self.open_decline))
        routes.view(ids.DECLINE_LEVEL, self.submit_decline)

    async def submit_level(self, ack: AsyncAck, body: Body) -> None:
        """Change severity, or request the change. The channel is told; somebody who isn't there is told, too."""
        view, person = body["view"], body["user"]["id"]
        number, level, reason = number_of(view), option_of(view, "level") or "", required(view, "reason", _WHY)
        if level == level_forms.LIFT:
            await self.core.run(partial(self.overrides.lift, number), by=person, reason=reason)
            await ack()
            return
        done = await self.core.run(partial(self.level_requests.change_or_ask, number, level), by=person, reason=reason)
        await ack()
        if not done.may_change and not done.facts.is_invited(person) and elsewhere.asked_in() is None:
            words = level_forms.asked(done.facts, done.policy)
            self.after_ack.start(lambda _: self.after_ack.answers.say(words, person), body)

    async def press_approve(self, ack: AsyncAck, body: Body) -> None:
        """Grant the request."""
        number, request = _request_of_button(body)
        await self.core.run(self.level_requests.approve, number, request, by=body["user"]["id"])
        await ack()
        self.kit.redraw_copy(body, number)

    async def open_decline(self, body: Body) -> None:
        """Open the form for the reason of declining."""
        person = body["user"]["id"]
        number, request = _request_of_button(body)

        def draw() -> View:
            return level_forms.decline(*self.level_requests.waiting(number, request, by=person))

        await self.forms.open_with(body["trigger_id"], person, draw)

    async def submit_decline(self, ack: AsyncAck, body: Body) -> None:
        """Decline the request with a reason."""
        view = body["view"]
        decline = partial(self.level_requests.decline, number_of(view), level_forms.request_of(view))
        await self.core.run(decline, by=body["user"]["id"], reason=required(view, "reason", _WHY))
        await ack()


@dataclass(frozen=True)
class ChecklistHandlers:
    """Handles the checklist form."""

    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    checklists: Checklists

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.action(ids.PRESS_CHECKLIST, self.after_ack(self.open_form))
        routes.view(ids.CHECKLIST, self.submit)

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


def _request_of_button(body: Body) -> tuple[int, int]:
    """Return the escalation and request of a button."""
    number, _, request = body["actions"][0]["value"].partition(":")
    return int(number), int(request)


def draw(services: Services, number: int, viewer: str) -> View:
    """Draw the level's form: to change it for those who may, otherwise to request a change."""
    opened = services.level_requests.open(number, by=viewer)
    return (level_forms.change if opened.may_change else level_forms.ask)(opened.facts, opened.policy)


def _listen(routes: Routes, kit: HandlerKit) -> None:
    services = kit.services
    LevelHandlers(kit, kit.core, kit.after_ack, kit.forms, services.overrides, services.level_requests).register(routes)
    ChecklistHandlers(kit.core, kit.after_ack, kit.forms, services.checklists).register(routes)


CONVERSATION = Conversation(
    _listen,
    forms={Move.CHANGE_LEVEL: draw},
    menu=(MenuEntry("level", draw),),
    fields=level_forms.FIELDS,
)
