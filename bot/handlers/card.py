"""Changes from the card that belong to no other feature: the ticket, the summary, the account; the timeline."""

from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.errors import NotFound
from bot.handlers.kit.account_menu import AccountMenu
from bot.handlers.kit.after_ack import Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, MenuEntry, TypedVerb
from bot.handlers.kit.forms import required
from bot.handlers.kit.routes import Routes
from bot.handlers.kit.words import TIMELINE
from bot.policy.decide.lifecycle import Move
from bot.ports.workspace import View
from bot.services.bundle import Services
from bot.services.card.beginnings import Beginnings
from bot.services.card.corrections import Correction, Corrections
from bot.services.card.tickets import Tickets
from bot.views.card import beginning_form, correction_form, ticket_form, timeline_form
from bot.views.kit import beginning_fields, ids
from bot.views.kit.form_values import number_of


@dataclass(frozen=True)
class CardHandlers:
    """Handles the forms of the card's menu."""

    kit: HandlerKit
    core: Core
    account_menu: AccountMenu
    tickets: Tickets
    corrections: Corrections
    beginnings: Beginnings

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.view(ids.TICKET, self.submit_ticket)
        routes.view(ids.EDIT, self.submit_correction)
        routes.view(ids.BEGINNING, self.submit_beginning)
        routes.options(ids.EDIT_ACCOUNT, self.account_menu.offer)
        for turned in (ids.PRESS_TIMELINE_NEWER, ids.PRESS_TIMELINE_OLDER):
            routes.action(turned, self.kit.after_ack(self.turn_timeline))

    async def turn_timeline(self, body: Body) -> None:
        """Show another page of the timeline."""
        number, first = (int(part) for part in body["actions"][0]["value"].split(":"))
        person = body["user"]["id"]
        work = partial(draw_timeline, self.kit.services, number, person, first)
        await self.kit.forms.fill_with(body["view"]["id"], person, work)

    async def submit_correction(self, ack: AsyncAck, body: Body) -> None:
        """Correct summary, description and account."""
        view, said = body["view"], correction_form.read(body["view"])
        required(view, "summary", "Enter what's happening, in one line.")
        account = said.account
        correction = Correction(
            summary=said.summary,
            description=said.description,
            account_id=account.account_id if account else None,
            new_account=account.name if account and account.account_id is None else None,
        )
        await self.core.run(partial(self.corrections.correct, number_of(view), correction), by=body["user"]["id"])
        await ack()

    async def submit_beginning(self, ack: AsyncAck, body: Body) -> None:
        """Correct when it began."""
        view = body["view"]
        reason = required(view, "reason", "Enter how you know.")
        correct = partial(self.beginnings.correct, number_of(view), beginning_fields.read(view["state"]["values"]))
        await self.core.run(correct, by=body["user"]["id"], reason=reason)
        await ack()

    async def submit_ticket(self, ack: AsyncAck, body: Body) -> None:
        """Link the ticket."""
        view = body["view"]
        link = partial(self.tickets.link, number_of(view), ticket_form.read(view))
        await self.core.run(link, by=body["user"]["id"])
        await ack()


def draw_ticket(services: Services, number: int, viewer: str) -> View:
    """Draw the form that links a ticket."""
    return ticket_form.draw(*services.escalations.for_move(number, Move.EDIT, viewer=viewer))


def draw_beginning(services: Services, number: int, viewer: str) -> View:
    """Draw the form that corrects when it began."""
    return beginning_form.draw(*services.escalations.for_move(number, Move.EDIT, viewer=viewer))


def draw_correction(services: Services, number: int, viewer: str) -> View:
    """Draw the form that corrects summary and account."""
    found = services.corrections.draft(number, viewer=viewer)
    return correction_form.draw(found.facts, found.policy, found.account_id)


def draw_timeline(services: Services, number: int, viewer: str, first: int = 0) -> View:
    """Draw a page of the timeline, the newest entries first."""
    return timeline_form.draw(*services.timelines.page(number, viewer=viewer, first=first))


def _listen(routes: Routes, kit: HandlerKit) -> None:
    services = kit.services
    forms = (services.tickets, services.corrections, services.beginnings)
    CardHandlers(kit, kit.core, kit.account_menu, *forms).register(routes)


async def _typed_timeline(kit: HandlerKit, typed: TypedVerb) -> None:
    """Open the timeline of the escalation that was named, or whose channel it is. Raises NotFound without either."""
    implied = partial(kit.services.escalations.implied_by, typed.rest, typed.channel, viewer=typed.person)
    number = await kit.core.run(implied)
    if number is None:
        raise NotFound(f"Which escalation? Type `{kit.command} timeline ESC-12`.")
    await kit.forms.open_with(typed.trigger, typed.person, lambda: draw_timeline(kit.services, number, typed.person))


CONVERSATION = Conversation(
    _listen,
    verbs={TIMELINE: _typed_timeline},
    menu=(
        MenuEntry("edit", draw_correction),
        MenuEntry("began", draw_beginning),
        MenuEntry("ticket", draw_ticket),
        MenuEntry("timeline", draw_timeline),
    ),
)
