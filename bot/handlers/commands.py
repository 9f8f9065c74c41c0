"""The command, from anywhere: declare, ask, or do what the buttons do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.clock import Clock
from bot.database.policies import Policies
from bot.database.transaction import Core
from bot.errors import NotFound
from bot.handlers.declaring import DeclareHandlers
from bot.handlers.incidents import IncidentHandlers
from bot.handlers.kit.after_ack import AfterAck
from bot.handlers.kit.forms import FormRegistry
from bot.handlers.kit.names import Names
from bot.handlers.kit.words import HELP, INCIDENT, LIST, POLICY, PROGRAMME, SIMULATE, STATUS, page_of, understand
from bot.handlers.policies import PolicyHandlers
from bot.handlers.programmes import ProgrammeHandlers
from bot.policy.decide.lifecycle import Move
from bot.ports.workspace import Message
from bot.services.overview.escalations import LISTED, Escalations, Reference
from bot.services.paging.acknowledgements import Acknowledgements
from bot.views.kit.text import escape
from bot.views.overview import listing

Body = Mapping[str, Any]
# So much of what was typed is repeated where it means nothing.
_ECHOED = 120


@dataclass(frozen=True)
class CommandHandlers:
    """The conversation of the slash command."""

    core: Core
    clock: Clock
    command: str
    after_ack: AfterAck
    forms: FormRegistry
    declare: DeclareHandlers
    incidents: IncidentHandlers
    policy: PolicyHandlers
    programme: ProgrammeHandlers
    escalations: Escalations
    acknowledgements: Acknowledgements
    names: Names
    policies: Policies

    def register(self, app: AsyncApp) -> None:
        """Listen."""
        app.command(self.command)(self.answer)

    async def answer(self, ack: AsyncAck, body: Body) -> None:
        """Answer what can be answered in words; acknowledge what opens a form."""
        text, person = body.get("text") or "", body["user_id"]
        words = self.names.understood(text)
        if understand(text, lambda _: True).move is Move.ACKNOWLEDGE:
            # This is done at once, so whether it is meant must be known now.
            words = await self.names.meant(text, viewer=person)
        message: Message | None = None
        if words.verb == HELP:
            message = listing.help_text(self.command, self.policies.current)
        elif words.verb == LIST:
            message = await self.core.run(self._list, int(words.rest or 1), person)
        elif words.verb == STATUS:
            message = await self.core.run(self._status, words.rest, body["channel_id"], person)
        elif words.verb == POLICY:
            message = self.policy.show(as_list=words.rest == LIST)
        elif words.move is Move.ACKNOWLEDGE:
            message = await self.core.run(self._acknowledge, words.rest, body["channel_id"], person)
        if message is None:
            await ack()
            self.after_ack.start(self.open, body)
        else:
            await ack(response_type="ephemeral", text=message.text, blocks=list(message.blocks))

    async def open(self, body: Body) -> None:
        """Open the form that was asked for."""
        trigger, person = body["trigger_id"], body["user_id"]
        words = await self.names.meant(body.get("text") or "", viewer=person)
        if words.verb is None and words.move is None:
            await self.declare.open_from_command(words.rest, trigger, person)
        elif words.verb == SIMULATE:
            await self.policy.open_simulation(words.rest, trigger, person)
        elif words.verb == INCIDENT:
            meant = await self.core.run(self._implied, words.rest, body["channel_id"], person)
            await self.incidents.open(meant, trigger, person)
        elif words.verb == PROGRAMME:
            await self.programme.open_from_command(words.rest, trigger, person)
        elif words.move is not None:
            move, number = words.move, await self.core.run(self._implied, words.rest, body["channel_id"], person)
            if number is None:
                await self.forms.open_picker(trigger, move, viewer=person)
            elif move is not Move.ACKNOWLEDGE:
                await self.forms.open(trigger, move, number, viewer=person)

    def _implied(self, rest: str, channel: str, person: str) -> int | None:
        """Return the escalation that is meant: by what was typed, else by the channel it was typed in."""
        if rest:
            return self.escalations.meant_by(rest, viewer=person).number
        return self.escalations.of_channel(channel)

    def _acknowledge(self, rest: str, channel: str, person: str) -> Message | None:
        number = self._implied(rest, channel, person)
        if number is None:
            return None
        facts = self.acknowledgements.acknowledge(number, by=person)
        return Message(f"You have acknowledged {facts.key} for {escape(facts.account.name)}.")

    def _status(self, rest: str, channel: str, person: str) -> Message:
        of_channel = None if rest else self.escalations.of_channel(channel)
        reference, page = self._meant_by(rest, person) if rest else (Reference(number=of_channel), 1)
        now = self.clock.now()
        if reference.number is not None:
            facts, policy = self.escalations.one(reference.number, viewer=person)
            return listing.status(facts, policy, now, self.programme.programmes.around(facts))
        if reference.alike:
            named = " or ".join(f"“{escape(name)}”" for name in reference.alike)
            raise NotFound(f"Do you mean {named}? Please write the name as it stands there.")
        if reference.live.total:
            next_page = f"{self.command} {STATUS} {reference.account} {page + 1}"
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
        # Where there are not so many any more, the last page is shown.
        following = found.first // LISTED + 2
        next_page = f"{self.command} {LIST} {following}"
        return listing.everything(found, self.clock.now(), self.escalations.unreadable(), next_page=next_page)

    def _meant_by(self, rest: str, person: str) -> tuple[Reference, int]:
        """Return what is meant, and the page of it: a number at the end is one if it is no part of the name."""
        reference = self.escalations.meant_by(rest, viewer=person)
        about, page = page_of(rest)
        if page == 1 or reference.number is not None or reference.account is not None:
            return reference, 1
        return self.escalations.meant_by(about, viewer=person, first=(page - 1) * LISTED, limit=LISTED), page
