"""People: assigning roles, bringing people in."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import structlog
from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.errors import FormError, OutsideError, Permanent
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, MenuEntry
from bot.handlers.kit.routes import Routes
from bot.policy.decide.lifecycle import Move
from bot.ports.workspace import Profile, View, Workspace
from bot.services.bundle import Services
from bot.services.people.owners import Owners
from bot.views.kit import ids
from bot.views.kit.form_values import number_of, option_of, people_of, person_of
from bot.views.people import owner_form

# Slack's error codes for an id that belongs to nobody.
_NOBODY = frozenset({"user_not_found", "user_not_visible"})


@dataclass(frozen=True)
class OwnerHandlers:
    """Handles the assignment of roles."""

    kit: HandlerKit
    core: Core
    workspace: Workspace
    after_ack: AfterAck
    owners: Owners

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.view(ids.ASSIGN, self.submit_owner)
        routes.view(ids.BRING_IN, self.submit_people)
        routes.action(ids.PRESS_ACCEPT_ROLE, self.press_accept)
        routes.action(ids.PRESS_DECLINE_ROLE, self.press_decline)

    async def press_accept(self, ack: AsyncAck, body: Body) -> None:
        """Take a role that was offered."""
        number, _, role = body["actions"][0]["value"].partition(":")
        await self.core.run(self.owners.accept, int(number), role, by=body["user"]["id"])
        await ack()
        self.kit.redraw_copy(body, int(number))

    async def press_decline(self, ack: AsyncAck, body: Body) -> None:
        """Turn down a role that was offered."""
        number, _, role = body["actions"][0]["value"].partition(":")
        await self.core.run(self.owners.decline, int(number), role, by=body["user"]["id"])
        await ack()
        self.kit.redraw_copy(body, int(number))

    async def submit_owner(self, ack: AsyncAck, body: Body) -> None:
        """Assign a role."""
        view = body["view"]
        role, person, by = option_of(view, "role") or "", person_of(view, "person") or "", body["user"]["id"]
        if person == by or await self.core.run(self.owners.is_known, person):
            await self.core.run(self.owners.assign, number_of(view), role, person, by=by)
            await ack()
            return
        # Looking them up in Slack may take long. The channel is told when it is done; what prevents it is a message.
        await ack()
        self.after_ack.start(partial(self._assign_unknown, role, person), body)

    async def _assign_unknown(self, role: str, person: str, body: Body) -> None:
        """Look somebody up in Slack, then assign the role. If Slack does not respond, trust the choice."""
        await self._learn(person)
        number, by = number_of(body["view"]), body["user"]["id"]
        await self.core.run(self.owners.assign, number, role, person, by=by)

    async def submit_people(self, ack: AsyncAck, body: Body) -> None:
        """Bring people in."""
        view, by = body["view"], body["user"]["id"]
        people = people_of(view, "people")
        if not people:
            raise FormError("people", "Choose someone.")
        unknown = [person for person in people if not await self.core.run(self.owners.is_known, person)]
        if not unknown:
            await self.core.run(self.owners.bring_in, number_of(view), people, by=by)
            await ack()
            return
        await ack()
        self.after_ack.start(partial(self._bring_in_unknown, people, unknown), body)

    async def _bring_in_unknown(self, people: Sequence[str], unknown: Sequence[str], body: Body) -> None:
        """Look people up in Slack, then bring everybody in. If Slack does not respond, trust the choice."""
        for person in unknown:
            await self._learn(person)
        number, by = number_of(body["view"]), body["user"]["id"]
        await self.core.run(self.owners.bring_in, number, people, by=by)

    async def _learn(self, person: str) -> None:
        """Look somebody up in Slack and store the answer. If Slack doesn't respond, nothing is stored."""
        try:
            profile = await self._profile(person)
        except OutsideError as error:
            structlog.get_logger().warning("person not looked up", person=person, error=str(error))
        else:
            await self.core.run(self.owners.learn, person, profile)

    async def _profile(self, person: str) -> Profile | None:
        try:
            return await self.workspace.profile(person)
        except Permanent as error:
            if error.code in _NOBODY:
                return None
            raise


def draw_assign(services: Services, number: int, viewer: str) -> View:
    """Draw the form that assigns a role."""
    facts, policy = services.escalations.for_move(number, Move.ASSIGN, viewer=viewer)
    return owner_form.draw(facts, policy, viewer, services.owners.roles(facts, policy, viewer=viewer))


def draw_bring_in(services: Services, number: int, viewer: str) -> View:
    """Draw the form that brings people in."""
    return owner_form.bring_in(*services.escalations.for_move(number, Move.EDIT, viewer=viewer))


def _listen(routes: Routes, kit: HandlerKit) -> None:
    OwnerHandlers(kit, kit.core, kit.workspace, kit.after_ack, kit.services.owners).register(routes)


CONVERSATION = Conversation(
    _listen,
    forms={Move.ASSIGN: draw_assign},
    menu=(MenuEntry("owners", draw_assign), MenuEntry("people", draw_bring_in)),
)
