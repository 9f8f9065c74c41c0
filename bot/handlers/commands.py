"""The slash command: declares, shows lists, or does what the buttons do."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from slack_bolt.async_app import AsyncAck

from bot.clock import Clock
from bot.database.policies import Policies
from bot.database.transaction import is_away
from bot.errors import NotFound, OutsideError
from bot.handlers.kit.after_ack import Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, TypedVerb
from bot.handlers.kit.references import names_one, pinned
from bot.handlers.kit.routes import Routes
from bot.handlers.kit.status_copies import draw_list, draw_status
from bot.handlers.kit.words import (
    ACCOUNT,
    AWAY,
    BACK,
    DECLARE,
    FIND,
    FOLLOWUPS,
    HELP,
    LIST,
    ONCALL,
    POLICY,
    STATUS,
    ParsedCommand,
    Reading,
    part_of,
    verb_of,
)
from bot.handlers.policies import shown
from bot.policy.decide.incidents import incident_in
from bot.policy.decide.lifecycle import Move, may_take_over
from bot.ports.workspace import Block, Message
from bot.services.overview.escalations import LISTED, Escalations, Reference
from bot.services.paging.acknowledgements import Acknowledgements
from bot.views.incidents import incident_messages
from bot.views.kit import ids
from bot.views.kit.parts import section
from bot.views.kit.text import as_typed, escape
from bot.views.on_call import duty_list
from bot.views.overview import command_replies, listing
from bot.views.overview import help as help_
from bot.views.overview.listing import Listing
from bot.views.paging import page_messages
from bot.views.training import drill_messages

# Verbs whose answers name customers.
_NAMING: Final = frozenset({LIST, STATUS, ONCALL, ACCOUNT, FIND, FOLLOWUPS})
# How long Slack is asked whether a channel is shared; it waits three seconds for the answer.
_PATIENCE_SECONDS: Final = 1.0
# How long the database is asked what is named.
_NAMED_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class TypedCommand:
    """The text of a command, who gave it, and where. `trigger` can open a form, `response_url` takes answers."""

    text: str
    person: str
    channel: str
    trigger: str
    response_url: str | None


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
        routes.action(ids.PRESS_COMMAND, self.kit.after_ack(self.press_command))

    async def answer(self, ack: AsyncAck, body: Body) -> None:
        """Reply to commands answered in words, and say how others were read; open the form of those that have one."""
        typed = TypedCommand(
            as_typed(body.get("text") or ""),
            body["user_id"],
            body["channel_id"],
            body["trigger_id"],
            body.get("response_url"),
        )
        words, choice = await self._understood(typed)
        if await self._is_read_outside(words, typed, choice):
            await ack(response_type="ephemeral", text=command_replies.OUTSIDE)
            return
        answer = choice or await self._answer_in_place(words, typed)
        said = self._how_it_was_read(words, typed, answer)
        if said is None:
            await ack()
        else:
            await ack(response_type="ephemeral", text=said.text, blocks=list(said.blocks))
        if answer is None:
            self.kit.after_ack.start(partial(self._open, words, typed), body)

    async def press_command(self, body: Body) -> None:
        """Do what the command in a button of a reply does."""
        typed = TypedCommand(
            body["actions"][0]["value"],
            body["user"]["id"],
            body["channel"]["id"],
            body["trigger_id"],
            body.get("response_url"),
        )
        words, choice = await self._understood(typed)
        if await self._is_read_outside(words, typed, choice):
            run, place = self.kit.core.run, (typed.person, typed.channel)
            await run(self.escalations.reply, *place, command_replies.OUTSIDE)
            return
        answer = choice or await self._answer_in_place(words, typed)
        if answer is None:
            await self._open(words, typed, body)
        elif typed.response_url is not None:
            shown = {"text": answer.text, "blocks": list(answer.blocks)}
            await self.kit.workspace.respond(
                typed.response_url, {"response_type": "ephemeral", "replace_original": False, **shown}
            )

    async def _understood(self, typed: TypedCommand) -> tuple[ParsedCommand, Message | None]:
        """Return what was typed, with the number of what it names; with a reply instead if that isn't one thing."""
        words = await self.kit.account_lookup.meant(typed.text, viewer=typed.person)
        if not names_one(words):
            return words, None
        try:
            async with asyncio.timeout(_NAMED_SECONDS):
                found = await self.kit.core.run(pinned, self.kit.services, words, typed.text, typed.person)
        except Exception as error:
            if not isinstance(error, TimeoutError) and not is_away(error):
                raise
            # The form says so when it can't be opened; how the words were read can be said now.
            return words, None
        return (words, found) if isinstance(found, Message) else (found, None)

    async def _is_read_outside(self, words: ParsedCommand, typed: TypedCommand, choice: Message | None) -> bool:
        """Return True if the answer would name customers in a channel that another company reads.

        Slack is asked for a moment at most. Forms are seen by their person only, and open anywhere.
        """
        is_a_form = words.reading is not Reading.UNKNOWN and words.verb not in _NAMING
        if is_a_form and words.move is not Move.ACKNOWLEDGE and choice is None:
            return False
        try:
            return await asyncio.wait_for(self.kit.workspace.is_shared(typed.channel), _PATIENCE_SECONDS)
        except (OutsideError, TimeoutError):
            return False

    async def _answer_in_place(self, words: ParsedCommand, typed: TypedCommand) -> Message | None:
        """Return the answer as `_answer` does; a step typed in the channel of a drill never leads to an escalation."""
        is_step = words.move is not None and not words.rest
        if is_step and await self.kit.core.run(self.kit.services.drills.is_drill, typed.channel):
            return Message(drill_messages.USE_THE_CARD)
        return await self._answer(words, typed)

    async def _answer(self, words: ParsedCommand, typed: TypedCommand) -> Message | None:
        """Return the answer of a command that is answered in words; None for one that opens a form."""
        run, person, channel = self.kit.core.run, typed.person, typed.channel
        if words.reading is Reading.UNKNOWN:
            return await run(self._unknown, words, typed)
        if words.verb is not None and words.verb in self.kit.replies:
            return await run(self.kit.replies[words.verb], self.kit, _typed_verb(words, typed))
        if words.verb == HELP:
            return help_.draw(self.kit.command, self.policies.current, words.rest)
        if words.verb == LIST:
            return await run(self._list, words.rest, person)
        if words.verb == STATUS:
            return await run(self._status, words.rest, channel, person)
        if words.verb == ONCALL:
            return await run(self._on_call, words.rest, person)
        if words.verb == AWAY and words.rest.casefold() == BACK:
            return await run(self._back, person)
        if words.verb == POLICY:
            return shown(self.kit, as_list=words.rest == LIST)
        if words.move is Move.ACKNOWLEDGE:
            return await run(self._acknowledge, words.rest, channel, person)
        return None

    def _how_it_was_read(self, words: ParsedCommand, typed: TypedCommand, answer: Message | None) -> Message | None:
        """Return the reply: the answer, and how the words were read if that is a guess."""
        if words.reading is Reading.GUESSED:
            note = command_replies.guessed(self.kit.command, words.typed, typed.text, words.unread)
            return Message(answer.text, (*_blocks(answer), *note.blocks)) if answer else note
        if words.reading is Reading.SENTENCE:
            return command_replies.sentence(self.kit.command, verb_of(typed.text))
        account = self.kit.account_lookup.only_names(words.rest) if words.declares else None
        return command_replies.account_alone(account.name) if account is not None else answer

    async def _open(self, words: ParsedCommand, typed: TypedCommand, _body: Body) -> None:
        """Open the requested form."""
        if words.move is None:
            await self.kit.verbs[words.verb or DECLARE](self.kit, _typed_verb(words, typed))
            return
        implied = partial(self.escalations.implied_by, words.rest, typed.channel, viewer=typed.person)
        number = await self.kit.core.run(implied)
        if number is None:
            await self.kit.forms.open_picker(typed.trigger, words.move, viewer=typed.person)
        elif words.move is not Move.ACKNOWLEDGE:
            await self.kit.forms.open(typed.trigger, words.move, number, viewer=typed.person)

    def _unknown(self, words: ParsedCommand, typed: TypedCommand) -> Message:
        part = self.kit.account_lookup.account_part(words)
        found = self.escalations.meant_by(part, viewer=typed.person)
        alike = (found.account,) if found.account is not None else found.alike
        others = [word for word in words.rest.split() if word not in part.split()]
        return command_replies.unknown(part, alike, replace(words, rest=" ".join(others)).typed, typed.text)

    def _acknowledge(self, rest: str, channel: str, person: str) -> Message | None:
        number = self.escalations.implied_by(rest, channel, viewer=person)
        if number is None:
            return None
        facts = self.acknowledgements.acknowledge(number, by=person, offers=False)
        return page_messages.acknowledged(facts, asks=may_take_over(facts, person))

    def _back(self, person: str) -> Message:
        was_away = self.kit.services.absences.back(by=person)
        return Message("You're back. You get pages again." if was_away else "You weren't away.")

    def _on_call(self, rest: str, person: str) -> Message:
        duties = self.kit.services.on_call.duties(rest, viewer=person)
        return duty_list.draw(duties, self.clock.now(), self.kit.command)

    def _status(self, rest: str, channel: str, person: str) -> Message:
        if (incident := incident_in(rest)) is not None:
            return incident_messages.status(
                self.kit.services.incidents.known(incident, viewer=person), self.policies.current
            )
        of_channel = None if rest else self.escalations.of_channel(channel)
        reference, part = self._meant_by(rest, person) if rest else (Reference(number=of_channel), 1)
        now = self.clock.now()
        if reference.number is not None:
            return draw_status(self.kit.services, reference.number, person)
        if reference.alike:
            named = " or ".join(f"“{escape(name)}”" for name in reference.alike)
            raise NotFound(f"Did you mean {named}? Type the full name.")
        if reference.live.total:
            next_command = f"{self.kit.command} {STATUS} {reference.account} {part + 1}"
            broken = [f"ESC-{number}" for number in reference.live.unreadable]
            url = self.kit.workspace.url
            return listing.everything(reference.live, now, broken, how=Listing(next_command, url))
        if rest and reference.account is None:
            raise NotFound(f"No escalation or account matches “{escape(rest, command_replies.ECHOED)}”.")
        if rest:
            return Message(f"No escalations for {escape(reference.account or '')}.")
        return self._list("", person)

    def _list(self, words: str, person: str) -> Message:
        return draw_list(self.kit.services, self.kit.workspace.url, self.kit.command, words, person)

    def _meant_by(self, rest: str, person: str) -> tuple[Reference, int]:
        """Return what is meant, and which part of its list: a number at the end, unless a name has it."""
        reference = self.escalations.meant_by(rest, viewer=person)
        about, part = part_of(rest)
        if part == 1 or reference.number is not None or reference.account is not None:
            return reference, 1
        return self.escalations.meant_by(about, viewer=person, first=(part - 1) * LISTED, limit=LISTED), part


def _typed_verb(words: ParsedCommand, typed: TypedCommand) -> TypedVerb:
    return TypedVerb(words.rest, typed.trigger, typed.person, typed.channel, typed.response_url)


def _blocks(message: Message) -> Sequence[Block]:
    """Return a message's blocks; of one without any, its text, which Slack would leave out beside other blocks."""
    return message.blocks or (section(message.text),)


def _listen(routes: Routes, kit: HandlerKit) -> None:
    services = kit.services
    CommandHandlers(
        kit, services.database.clock, services.escalations, services.acknowledgements, services.policies
    ).register(routes)


CONVERSATION = Conversation(_listen)
