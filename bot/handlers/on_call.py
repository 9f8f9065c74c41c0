"""Being on call: taking a shift over, being away and back."""

from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncAck

from bot.handlers.kit.after_ack import Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, TypedVerb
from bot.handlers.kit.routes import Routes
from bot.handlers.kit.words import AWAY
from bot.ports.workspace import View
from bot.services.on_call.absences import Absences
from bot.services.on_call.shifts import Shifts
from bot.views.kit import ids
from bot.views.kit.info_form import info
from bot.views.on_call import away_form, shift_form
from bot.views.on_call.away_form import AwayAsked


@dataclass(frozen=True)
class OnCallHandlers:
    """Handles shifts and absences."""

    kit: HandlerKit
    shifts: Shifts
    absences: Absences

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.action(ids.PRESS_TAKE_SHIFT, self.kit.after_ack(self.press_take))
        routes.action(ids.PRESS_BACK, self.kit.after_ack(self.press_back))
        routes.view(ids.TAKE_SHIFT, self.submit_shift)
        routes.view(ids.AWAY, self.submit_away)

    async def press_take(self, body: Body) -> None:
        """Open the form that takes over a shift of an area."""
        area, person = body["actions"][0]["value"], body["user"]["id"]

        def draw() -> View:
            asked = self.shifts.asked(area, viewer=person)
            return shift_form.draw(asked.duty, asked.now, asked.until, asked.admin)

        await self.kit.forms.open_with(body["trigger_id"], person, draw)

    async def submit_shift(self, ack: AsyncAck, body: Body) -> None:
        """Take over a shift. Both hear of it in a direct message."""
        area, starts_at, ends_at, given_to = shift_form.read(body["view"])
        by = body["user"]["id"]
        await self.kit.core.run(partial(self.shifts.take_over, person=given_to), area, starts_at, ends_at, by=by)
        await ack()

    async def open_away(self, words: str, trigger: str, person: str) -> None:
        """Open the form of `/escalate away`, with the time that was typed."""

        def draw() -> View:
            asked = self.absences.asked(words, viewer=person)
            running = None
            if asked.running is not None:
                starts_at, ends_at, stand_in = asked.running
                running = AwayAsked(starts_at, ends_at or asked.back_at, stand_in)
            note = away_form.not_understood(words, asked.no_time) if asked.no_time is not None else ""
            return away_form.draw(asked.now, asked.back_at, stand_in=asked.stand_in, running=running, note=note)

        await self.kit.forms.open_with(trigger, person, draw)

    async def submit_away(self, ack: AsyncAck, body: Body) -> None:
        """Note an absence. The person and their stand-in hear of it in a direct message."""
        asked, person = away_form.read(body["view"]), body["user"]["id"]
        await self.kit.core.run(self.absences.away, asked.starts_at, asked.back_at, asked.stand_in or "", by=person)
        await ack()

    async def press_back(self, body: Body) -> None:
        """End the absence of the person who presses it."""
        person = body["user"]["id"]

        def back() -> View:
            was_away = self.absences.back(by=person)
            return info("Back", "You get pages again." if was_away else "You weren't away.")

        await self.kit.forms.fill_with(body["view"]["id"], person, back)


def _handlers(kit: HandlerKit) -> OnCallHandlers:
    return OnCallHandlers(kit, kit.services.shifts, kit.services.absences)


def _listen(routes: Routes, kit: HandlerKit) -> None:
    _handlers(kit).register(routes)


async def _typed(kit: HandlerKit, typed: TypedVerb) -> None:
    await _handlers(kit).open_away(typed.rest, typed.trigger, typed.person)


CONVERSATION = Conversation(_listen, verbs={AWAY: _typed})
