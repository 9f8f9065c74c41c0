"""The slash command: declares, shows lists, or does what the buttons do."""

from dataclasses import dataclass

from slack_bolt.async_app import AsyncAck

from bot.clock import Clock
from bot.database.policies import Policies
from bot.errors import NotFound
from bot.handlers.kit.after_ack import Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, TypedVerb
from bot.handlers.kit.routes import Routes
from bot.handlers.kit.status_copies import draw_status
from bot.handlers.kit.words import DECLARE, HELP, LIST, POLICY, STATUS, page_of, understand
from bot.handlers.policies import shown
from bot.policy.decide.lifecycle import Move
from bot.ports.workspace import Message
from bot.services.overview.escalations import LISTED, Escalations, Reference
from bot.services.paging.acknowledgements import Acknowledgements
from bot.views.kit.text import escape, unescape
from bot.views.overview import listing

# At most this much of unknown input is quoted in the reply.
_ECHOED = 120


@dataclass(frozen=True)
class CommandHandlers:
    """Handles the slash command."""

    kit: HandlerKit
    clock: Clock
    escalations: Escalations
    acknowledgements: Acknowledgements
    policies: Policies

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.command(self.kit.command, self.answer)

    async def answer(self, ack: AsyncAck, body: Body) -> None:
        """Reply to commands answered in words; acknowledge those that open a form."""
        text, person = unescape(body.get("text") or ""), body["user_id"]
        words = await self.kit.account_lookup.understood(text)
        if understand(text, lambda _: True).move is Move.ACKNOWLEDGE:
            # It takes effect immediately, so its meaning must be certain now.
            words = await self.kit.account_lookup.meant(text, viewer=person)
        message: Message | None = None
        if words.verb == HELP:
            message = listing.help_text(self.kit.command, self.policies.current)
        elif words.verb == LIST:
            message = await self.kit.core.run(self._list, int(words.rest or 1), person)
        elif words.verb == STATUS:
            message = await self.kit.core.run(self._status, words.rest, body["channel_id"], person)
        elif words.verb == POLICY:
            message = shown(self.kit, as_list=words.rest == LIST)
        elif words.move is Move.ACKNOWLEDGE:
            message = await self.kit.core.run(self._acknowledge, words.rest, body["channel_id"], person)
        if message is None:
            await ack()
            self.kit.after_ack.start(self.open, body)
        else:
            await ack(response_type="ephemeral", text=message.text, blocks=list(message.blocks))

    async def open(self, body: Body) -> None:
        """Open the requested form."""
        trigger, person = body["trigger_id"], body["user_id"]
        words = await self.kit.account_lookup.meant(unescape(body.get("text") or ""), viewer=person)
        if words.move is None:
            typed = TypedVerb(words.rest, trigger, person, body["channel_id"], body.get("response_url"))
            await self.kit.verbs[words.verb or DECLARE](self.kit, typed)
            return
        number = await self.kit.core.run(self.escalations.implied_by, words.rest, body["channel_id"], viewer=person)
        if number is None:
            await self.kit.forms.open_picker(trigger, words.move, viewer=person)
        elif words.move is not Move.ACKNOWLEDGE:
            await self.kit.forms.open(trigger, words.move, number, viewer=person)

    def _acknowledge(self, rest: str, channel: str, person: str) -> Message | None:
        number = self.escalations.implied_by(rest, channel, viewer=person)
        if number is None:
            return None
        facts = self.acknowledgements.acknowledge(number, by=person)
        return Message(f"You have acknowledged {facts.key} for {escape(facts.account.name)}.")

    def _status(self, rest: str, channel: str, person: str) -> Message:
        of_channel = None if rest else self.escalations.of_channel(channel)
        reference, page = self._meant_by(rest, person) if rest else (Reference(number=of_channel), 1)
        now = self.clock.now()
        if reference.number is not None:
            return draw_status(self.kit.services, reference.number, person)
        if reference.alike:
            named = " or ".join(f"“{escape(name)}”" for name in reference.alike)
            raise NotFound(f"Do you mean {named}? Please write the name as it stands there.")
        if reference.live.total:
            next_page = f"{self.kit.command} {STATUS} {reference.account} {page + 1}"
            broken = [f"ESC-{number}" for number in reference.live.unreadable]
            return listing.everything(reference.live, now, broken, next_page=next_page)
        if rest and reference.account is None:
            raise NotFound(
                f"I know neither an escalation nor an account called “{escape(rest, _ECHOED)}”. Try ESC-12, or the "
                "full name."
            )
        if rest:
            return Message(f"There is no escalation of {escape(reference.account or '')} that you can see.")
        return self._list(1, person)

    def _list(self, page: int, person: str) -> Message:
        found = self.escalations.live(viewer=person, first=(page - 1) * LISTED, limit=LISTED)
        # If there are fewer pages now, show the last one.
        following = found.first // LISTED + 2
        next_page = f"{self.kit.command} {LIST} {following}"
        return listing.everything(found, self.clock.now(), self.escalations.unreadable(), next_page=next_page)

    def _meant_by(self, rest: str, person: str) -> tuple[Reference, int]:
        """Return what is meant, and its page: a number at the end is the page unless it is part of the name."""
        reference = self.escalations.meant_by(rest, viewer=person)
        about, page = page_of(rest)
        if page == 1 or reference.number is not None or reference.account is not None:
            return reference, 1
        return self.escalations.meant_by(about, viewer=person, first=(page - 1) * LISTED, limit=LISTED), page


def _listen(routes: Routes, kit: HandlerKit) -> None:
    services = kit.services
    CommandHandlers(
        kit, services.database.clock, services.escalations, services.acknowledgements, services.policies
    ).register(routes)


CONVERSATION = Conversation(_listen)
