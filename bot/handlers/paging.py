"""Responses to pages: acknowledge, silence, page the next person."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.errors import NotFound
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, MenuEntry, TypedVerb
from bot.handlers.kit.routes import Routes
from bot.handlers.kit.status_copies import StatusCopies
from bot.handlers.kit.words import NOW
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts
from bot.ports.workspace import View, Workspace
from bot.services.bundle import Services
from bot.services.overview.escalations import Escalations
from bot.services.paging.acknowledgements import Acknowledgements
from bot.services.paging.asking import EarlyPages
from bot.services.people.owners import Owners
from bot.views.kit import ids
from bot.views.kit.form_values import number_of
from bot.views.paging import early_form, page_messages, paging_card


@dataclass(frozen=True)
class PagingHandlers:
    """Handles acknowledgements."""

    core: Core
    workspace: Workspace
    after_ack: AfterAck
    acknowledgements: Acknowledgements
    owners: Owners
    early_pages: EarlyPages
    copies: StatusCopies
    escalations: Escalations

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.action(ids.PRESS_ACKNOWLEDGE, self.press_acknowledge)
        routes.action(ids.PRESS_ACKNOWLEDGE_PAGE, self.press_acknowledge_page)
        routes.action(ids.PRESS_DECLINE_PAGE, self.press_decline_page)
        routes.action(ids.PRESS_PAGE_FURTHER, self.press_page_further)
        routes.action(ids.PRESS_TAKE_OVER, self.press_take_over)
        routes.action(ids.PRESS_LEAVE_OWNER, self.press_leave_owner)
        routes.view(ids.ESCALATE_NOW, self.submit_now)

    async def press_acknowledge(self, ack: AsyncAck, body: Body) -> None:
        """Acknowledge the escalation."""
        number = int(body["actions"][0]["value"])
        await self.core.run(self.acknowledgements.acknowledge, number, by=body["user"]["id"], channel=_channel(body))
        await ack()
        if self.copies.is_copy(body):
            self.after_ack.start(partial(self._redraw_copy, number), body)

    async def _redraw_copy(self, number: int, body: Body) -> None:
        await self.copies.redraw(body, number)

    async def press_acknowledge_page(self, ack: AsyncAck, body: Body) -> None:
        """Acknowledge the escalation from a page, and answer whatever else it rings for."""
        number, _ = _page(body)
        acknowledge = self.acknowledgements.acknowledge_page
        await self.core.run(acknowledge, number, by=body["user"]["id"], channel=_channel(body))
        await ack()

    async def press_decline_page(self, ack: AsyncAck, body: Body) -> None:
        """Page the next person at once."""
        number, page = _page(body)
        await self.core.run(self.acknowledgements.decline_page, number, page, by=body["user"]["id"])
        await ack()

    async def press_page_further(self, ack: AsyncAck, body: Body) -> None:
        """Page a rung that is only paged on request."""
        number, page, rung = body["actions"][0]["value"].split(":")
        await self.core.run(self.acknowledgements.page_rung, int(number), int(page), rung, by=body["user"]["id"])
        await ack()

    async def submit_now(self, ack: AsyncAck, body: Body) -> None:
        """Page somebody early."""
        view, (rung, note) = body["view"], early_form.read(body["view"])
        await self.core.run(self.early_pages.page, number_of(view), rung, note=note, by=body["user"]["id"])
        await ack()

    async def press_take_over(self, ack: AsyncAck, body: Body) -> None:
        """Become the fix owner after acknowledging in their place; the question goes away."""
        number, person = int(body["actions"][0]["value"]), body["user"]["id"]
        await self.core.run(self.owners.assign, number, FIX_OWNER, person, by=person)
        await ack()
        self.after_ack.start(partial(self._end_question, page_messages.taken), body)

    async def press_leave_owner(self, ack: AsyncAck, body: Body) -> None:
        """Leave the fix owner as they are; the question goes away."""
        await ack()
        self.after_ack.start(partial(self._end_question, page_messages.left), body)

    async def _end_question(self, said: Callable[[EscalationFacts], str], body: Body) -> None:
        """Remove the question; outside the escalation's channel a line in its place says what came of it."""
        number, person, place = int(body["actions"][0]["value"]), body["user"]["id"], _channel(body)
        answer: dict[str, object] = {"delete_original": True}
        if place is not None:
            found = await self.core.run(self.escalations.acted_on_elsewhere, number, place, viewer=person)
            answer = {"replace_original": True, "text": said(found[0])} if found is not None else answer
        await self.workspace.respond(body["response_url"], answer)


def _page(body: Body) -> tuple[int, int]:
    number, page = body["actions"][0]["value"].split(":")
    return int(number), int(page)


def _channel(body: Body) -> str | None:
    """Return where a button was pressed; None on the Home tab and in forms."""
    return (body.get("channel") or {}).get("id")


def _listen(routes: Routes, kit: HandlerKit) -> None:
    services = kit.services
    PagingHandlers(
        kit.core,
        kit.workspace,
        kit.after_ack,
        services.acknowledgements,
        services.owners,
        services.early_pages,
        kit.copies,
        services.escalations,
    ).register(routes)


def draw_now(services: Services, number: int, viewer: str) -> View:
    """Draw the form that pages somebody early."""
    found = services.early_pages.choices(number, viewer=viewer)
    people = [(one.rung.key, one.rung.title, one.person) for one in found.people]
    return early_form.draw(found.facts, found.policy, people, found.names)


def draw_pages(services: Services, number: int, viewer: str) -> View:
    """Draw who was paged, and how."""
    found = services.early_pages.paged(number, viewer=viewer)
    return paging_card.draw(found.facts, found.policy, found.newest.pages, found.newest.total)


async def _typed(kit: HandlerKit, typed: TypedVerb) -> None:
    """Open the form for the escalation that was named, or whose channel it is. Raises NotFound without either."""
    implied = partial(kit.services.escalations.implied_by, typed.rest, typed.channel, viewer=typed.person)
    number = await kit.core.run(implied)
    if number is None:
        raise NotFound(f"Which escalation? Type `{kit.command} now ESC-12`.")
    await kit.forms.open_with(typed.trigger, typed.person, lambda: draw_now(kit.services, number, typed.person))


CONVERSATION = Conversation(
    _listen, menu=(MenuEntry("now", draw_now), MenuEntry("pages", draw_pages)), verbs={NOW: _typed}
)
