"""Follow-ups: their form, the buttons of a reminder, and the list."""

from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.errors import FormError
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, MenuEntry, TypedVerb
from bot.handlers.kit.forms import FormRegistry, on_top_of
from bot.handlers.kit.routes import Routes
from bot.handlers.kit.words import FOLLOWUPS
from bot.policy.decide.lifecycle import Move
from bot.ports.workspace import Message, View
from bot.services.bundle import Services
from bot.services.follow_ups.follow_ups import LISTED, FollowUps
from bot.services.follow_ups.tracking import FollowUpEdit
from bot.views.follow_ups import follow_up_forms, follow_up_lines, follow_up_list
from bot.views.kit import ids
from bot.views.kit.form_values import date_of, number_of, person_of, says_something, text_of


@dataclass(frozen=True)
class FollowUpHandlers:
    """Handles follow-ups."""

    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    services: Services

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.action(ids.PRESS_FOLLOW_UPS, self.after_ack(self.forms.opener(Move.TRACK)))
        routes.action(ids.PRESS_FOLLOW_UP, self.after_ack(self.open))
        routes.action(ids.PRESS_FOLLOW_UP_HERE, self.after_ack(self.open_on_top))
        routes.action(ids.PRESS_FOLLOW_UP_DONE, self.press_done)
        routes.view(ids.FOLLOW_UPS, self.submit_new)
        routes.view(ids.FOLLOW_UP, self.submit_change)

    @property
    def follow_ups(self) -> FollowUps:
        """Return the service."""
        return self.services.follow_ups

    async def open(self, body: Body) -> None:
        """Open the form of one follow-up."""
        person = body["user"]["id"]
        number, follow_up = follow_up_lines.read(body["actions"][0]["value"])
        work = partial(draw_one, self.services, number, follow_up, person)
        await self.forms.open_with(body["trigger_id"], person, work)

    async def open_on_top(self, body: Body) -> None:
        """Open the form of one follow-up on top of the one that lists it."""
        person = body["user"]["id"]
        number, follow_up = follow_up_lines.read(body["actions"][0]["value"])
        await self.forms.open_with(
            body["trigger_id"],
            person,
            lambda: on_top_of(draw_one(self.services, number, follow_up, person), Move.TRACK, body["view"]),
            is_on_top=True,
        )

    async def press_done(self, ack: AsyncAck, body: Body) -> None:
        """Note that a follow-up is done; its messages show it."""
        number, follow_up = follow_up_lines.read(body["actions"][0]["value"])
        await self.core.run(partial(self.follow_ups.done, number, follow_up), by=body["user"]["id"])
        await ack()

    async def submit_new(self, ack: AsyncAck, body: Body) -> None:
        """Add a follow-up."""
        view = body["view"]
        wrong: dict[str, str] = {}
        if not says_something(text_of(view, "what")):
            wrong["what"] = "Enter what will be done."
        if person_of(view, "owner") is None:
            wrong["owner"] = "Name an owner."
        if date_of(view, "due") is None:
            wrong["due"] = "Name a date."
        action = follow_up_forms.action_of(view)
        if wrong or action is None:
            raise FormError.of(wrong)
        await self.core.run(partial(self.follow_ups.add, number_of(view), action), by=body["user"]["id"])
        await ack()
        await self.forms.redraw_below(body)

    async def submit_change(self, ack: AsyncAck, body: Body) -> None:
        """Change a follow-up."""
        view, reason = body["view"], text_of(body["view"], "reason")
        wanted = FollowUpEdit(
            owner=person_of(view, "owner"),
            due_on=date_of(view, "due"),
            url=text_of(view, "url") or None,
            state=follow_up_forms.state_of(view),
            reason=reason if says_something(reason) else None,
        )
        change = partial(self.follow_ups.edit, number_of(view), follow_up_forms.follow_up_of(view), wanted)
        await self.core.run(change, by=body["user"]["id"])
        await ack()
        await self.forms.redraw_below(body)


def draw_all(services: Services, number: int, viewer: str) -> View:
    """Draw the follow-ups of an escalation."""
    facts, policy = services.follow_ups.draft(number, by=viewer)
    return follow_up_forms.draw(facts, policy, services.core.database.clock.now())


def draw_one(services: Services, number: int, follow_up: int, viewer: str) -> View:
    """Draw the form that changes one follow-up. Raises NotFound."""
    facts, policy = services.follow_ups.draft(number, by=viewer)
    return follow_up_forms.edit(facts, policy, services.follow_ups.one(facts, follow_up))


def _listen(routes: Routes, kit: HandlerKit) -> None:
    FollowUpHandlers(kit.core, kit.after_ack, kit.forms, kit.services).register(routes)


def _listed(kit: HandlerKit, typed: TypedVerb) -> Message:
    """Return the follow-ups that were asked for."""
    listed = kit.services.follow_ups.listed(typed.rest, viewer=typed.person)
    return follow_up_list.draw(listed, kit.command, LISTED)


CONVERSATION = Conversation(
    _listen,
    forms={Move.TRACK: draw_all},
    menu=(MenuEntry("followups", draw_all),),
    replies={FOLLOWUPS: _listed},
)
