"""The menu of a line of the digest: acknowledge, remind the owner, take over, bring people in."""

from dataclasses import dataclass
from functools import partial

from bot.errors import Misread
from bot.handlers.kit.after_ack import Body
from bot.handlers.kit.conversation import Conversation, HandlerKit
from bot.handlers.kit.routes import Routes
from bot.handlers.people import draw_bring_in
from bot.policy.decide.lifecycle import Move
from bot.policy.record.escalation import FIX_OWNER
from bot.views.kit import ids
from bot.views.overview import digest_menu
from bot.views.people import nudges

# What the menu offers as the next step. Its form opens; acknowledging has none.
_FORMS = frozenset({Move.UPDATE, Move.CLOSE})
_NO_CHOICE = "no such choice in the digest"


@dataclass(frozen=True)
class DigestMenuHandlers:
    """Handles the menus of a digest."""

    kit: HandlerKit

    def register(self, routes: Routes) -> None:
        """Register the listener."""
        routes.action(ids.PICK_DIGEST, self.kit.after_ack(self.pick))

    async def pick(self, body: Body) -> None:
        """Do what was chosen, and say what came of it where it was chosen. The services ask who may."""
        typed, _, choice = body["actions"][0]["selected_option"]["value"].partition(":")
        if not typed.isdecimal():
            raise Misread(_NO_CHOICE)
        number = int(typed)
        run, services, person = self.kit.core.run, self.kit.services, body["user"]["id"]
        channel = (body.get("channel") or {}).get("id")
        if choice in _FORMS:
            await self.kit.forms.open(body["trigger_id"], Move(choice), number, viewer=person)
        elif choice == digest_menu.BRING_IN:
            form = partial(draw_bring_in, services, number, person)
            await self.kit.forms.open_with(body["trigger_id"], person, form)
        elif choice == Move.ACKNOWLEDGE:
            await run(partial(services.acknowledgements.acknowledge, number, by=person, channel=channel))
        elif choice == digest_menu.TAKE:
            facts = await run(partial(services.owners.assign, number, FIX_OWNER, person, by=person))
            await run(services.escalations.reply, person, channel, nudges.taken(facts))
        elif choice == digest_menu.REMIND:
            nudge, (_, policy) = await run(partial(services.nudges.nudge, number, by=person))
            await run(services.escalations.reply, person, channel, nudges.said(nudge, policy))
        else:
            raise Misread(_NO_CHOICE)


def _listen(routes: Routes, kit: HandlerKit) -> None:
    DigestMenuHandlers(kit).register(routes)


CONVERSATION = Conversation(_listen)
