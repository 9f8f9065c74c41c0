"""The buttons on cards, reminders and pages, and the forms that manage: owners, waiver, picker."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.database.transaction import Core
from bot.errors import OutsideError, Permanent
from bot.handlers.kit.after_ack import AfterAck, acknowledge
from bot.handlers.kit.forms import FormRegistry, required
from bot.policy.decide.lifecycle import Move
from bot.policy.excerpts import Excerpt
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Profile, View
from bot.services.levels.overrides import Overrides
from bot.services.paging.acknowledgements import Acknowledgements
from bot.services.people.owners import Owners
from bot.services.teams.teams import MessagePlace, Teams
from bot.views.closing.closing_forms import number_of, option_of, person_of
from bot.views.kit import ids, move_forms, parts, picking
from bot.views.kit.text import person as named

Body = Mapping[str, Any]

# What Slack says of an id that is nobody's.
_NOBODY = frozenset({"user_not_found", "user_not_visible"})
_OPENERS = {
    ids.PRESS_UPDATE: Move.UPDATE,
    ids.PRESS_MITIGATE: Move.MITIGATE,
    ids.PRESS_RESOLVE: Move.RESOLVE,
    ids.PRESS_CLOSE: Move.CLOSE,
    ids.PRESS_REOPEN: Move.REOPEN,
}


@dataclass(frozen=True)
class ManageHandlers:
    """The conversation of managing an escalation."""

    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    acknowledgements: Acknowledgements
    overrides: Overrides
    owners: Owners
    teams: Teams

    def register(self, app: AsyncApp) -> None:
        """Listen; what is pressed most comes first."""
        app.action(ids.PRESS_ACKNOWLEDGE)(self.press_acknowledge)
        app.action(ids.PRESS_ACKNOWLEDGE_PAGE)(self.press_acknowledge_page)
        app.action(ids.PRESS_PAGE_FURTHER)(self.press_page_further)
        for action_id, move in _OPENERS.items():
            app.action(action_id)(self.after_ack(_Opener(self.forms, move)))
        app.action(ids.PRESS_STILL)(self.after_ack(self.open_still_investigating))
        app.action(ids.PRESS_TEAM)(self.press_team)
        app.action(ids.OPEN_LINK)(acknowledge)
        app.view(ids.PICK)(self.submit_pick)
        app.options(ids.FIND_ESCALATION)(self.offer_escalations)
        app.view(ids.ASSIGN)(self.submit_owner)
        app.view(ids.WAIVE)(self.submit_waiver)
        app.view(ids.DECLARED)(acknowledge)

    async def press_acknowledge(self, ack: AsyncAck, body: Body) -> None:
        """Acknowledge the escalation."""
        number = int(body["actions"][0]["value"])
        await self.core.run(self.acknowledgements.acknowledge, number, by=body["user"]["id"])
        await ack()

    async def press_acknowledge_page(self, ack: AsyncAck, body: Body) -> None:
        """Silence a page; the owner's answer to the opening page acknowledges the escalation."""
        number, page = (int(part) for part in body["actions"][0]["value"].split(":"))
        await self.core.run(self.acknowledgements.acknowledge_page, number, page, by=body["user"]["id"])
        await ack()

    async def press_page_further(self, ack: AsyncAck, body: Body) -> None:
        """Have a rung paged that is climbed only if somebody asks."""
        number, page, rung = body["actions"][0]["value"].split(":")
        await self.core.run(self.acknowledgements.page_rung, int(number), int(page), rung, by=body["user"]["id"])
        await ack()

    async def press_team(self, ack: AsyncAck, body: Body) -> None:
        """Note that a team has answered: pressed in its own channel, or in the escalation's."""
        number, _, team = body["actions"][0]["value"].partition(":")
        place = MessagePlace(body["channel"]["id"], body["message"]["ts"])
        # Slack names no private channel in what it tells of a press.
        answered = partial(self.teams.answered, asked_at=place, is_open=body["channel"].get("name") != "privategroup")
        await self.core.run(answered, int(number), team, by=body["user"]["id"])
        await ack()

    async def open_still_investigating(self, body: Body) -> None:
        """Open the update form with "still investigating", ready to send."""
        number = int(body["actions"][0]["value"])
        await self.forms.open(body["trigger_id"], Move.UPDATE, number, viewer=body["user"]["id"], still=True)

    async def submit_pick(self, ack: AsyncAck, body: Body) -> None:
        """Go on with the escalation that was picked."""
        view, person = body["view"], body["user"]["id"]
        move, number = Move(move_forms.move_of(view)), int(option_of(view, "escalation") or 0)
        if move is Move.ACKNOWLEDGE:
            await self.core.run(self.acknowledgements.acknowledge, number, by=person)
            await ack()
            return
        form = await self.core.run(self.forms.draw, move, number, person)
        await ack(response_action="update", view=form)

    async def offer_escalations(self, ack: AsyncAck, body: Body) -> None:
        """Offer the escalations that a form asks for and that are like what is being typed."""
        view, person, typed = body["view"], body["user"]["id"], body.get("value") or ""
        find = partial(self._find, view, viewer=person, like=typed, limit=picking.MOST)
        found = await self.core.run(find)
        await ack(options=parts.offered(picking.options(found.shown)))

    def _find(self, view: Mapping[str, Any], *, viewer: str, like: str, limit: int) -> Excerpt[EscalationFacts]:
        escalations = self.forms.escalations
        if view["callback_id"] == ids.PICK:
            move = Move(move_forms.move_of(view))
            return escalations.open_to(move, viewer=viewer, like=like, limit=limit)
        own = number_of(view) if view["callback_id"] == ids.WITHDRAW else None
        return escalations.others(own, viewer=viewer, like=like, limit=limit)

    async def submit_owner(self, ack: AsyncAck, body: Body) -> None:
        """Hand a role over."""
        view = body["view"]
        role, person, by = option_of(view, "role") or "", person_of(view, "person") or "", body["user"]["id"]
        if person == by or await self.core.run(self.owners.is_known, person):
            await self.core.run(self.owners.assign, number_of(view), role, person, by=by)
            await ack()
            return
        # Slack has to be asked who they are, and may take long: the form waits for it, and nobody's click does.
        await ack(response_action="update", view=move_forms.notice("One moment", "One moment…"))
        self.after_ack.start(partial(self._assign_unknown, role, person), body)

    async def _assign_unknown(self, role: str, person: str, body: Body) -> None:
        """Ask Slack who somebody is, and hand the role over then. Where Slack doesn't say, trust whoever chose them."""
        view, by = body["view"], body["user"]["id"]
        try:
            profile = await self._profile(person)
        except OutsideError as error:
            structlog.get_logger().warning("person not looked up", person=person, error=str(error))
        else:
            await self.core.run(self.owners.learn, person, profile)

        def assign() -> View:
            facts = self.owners.assign(number_of(view), role, person, by=by)
            return move_forms.notice("Done", f"{named(person)} has the role on {facts.key} now.")

        await self.forms.fill_with(view["id"], by, assign)

    async def _profile(self, person: str) -> Profile | None:
        try:
            return await self.forms.workspace.profile(person)
        except Permanent as error:
            if error.code in _NOBODY:
                return None
            raise

    async def submit_waiver(self, ack: AsyncAck, body: Body) -> None:
        """Waive the customer's confirmation."""
        view = body["view"]
        waive = partial(self.overrides.waive, number_of(view))
        reason = required(view, "reason", "Say why, in one line: it is posted.")
        await self.core.run(waive, by=body["user"]["id"], reason=reason)
        await ack()


@dataclass(frozen=True)
class _Opener:
    """Opens the form of one move for the button that asks for it."""

    forms: FormRegistry
    move: Move

    async def __call__(self, body: Body) -> None:
        number = int(body["actions"][0]["value"])
        await self.forms.open(body["trigger_id"], self.move, number, viewer=body["user"]["id"])
