"""Answers to the question how a watched account is doing."""

from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit
from bot.handlers.kit.forms import FormRegistry
from bot.handlers.kit.routes import Routes
from bot.policy.decide.watches import AccountState
from bot.ports.workspace import View
from bot.services.watch.watches import Watches
from bot.views.kit import ids
from bot.views.watch import watch_messages


@dataclass(frozen=True)
class WatchHandlers:
    """Handles the watch after resolution."""

    kit: HandlerKit
    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    watches: Watches
    command: str

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.action(ids.PRESS_WATCH_WELL, self.press_well)
        routes.action(ids.PRESS_WATCH_WRONG, self.after_ack(self.open_wrong))

    async def press_well(self, ack: AsyncAck, body: Body) -> None:
        """Record that all is well."""
        number, question = _value(body)
        await self.core.run(partial(self.watches.answer, number, question, AccountState.WELL), by=body["user"]["id"])
        await ack()
        self.kit.redraw_copy(body, number)

    async def open_wrong(self, body: Body) -> None:
        """Record that something is wrong, and open the form that reopens it."""
        person = body["user"]["id"]
        number, question = _value(body)
        await self.forms.open_with(body["trigger_id"], person, lambda: self._wrong(number, question, person))

    def _wrong(self, number: int, question: int, person: str) -> View:
        facts, policy = self.watches.answer(number, question, AccountState.WRONG, by=person)
        return watch_messages.what_is_wrong(facts, policy, self.command)


def _value(body: Body) -> tuple[int, int]:
    number, question = (int(part) for part in body["actions"][0]["value"].split(":"))
    return number, question


def _listen(routes: Routes, kit: HandlerKit) -> None:
    WatchHandlers(kit, kit.core, kit.after_ack, kit.forms, kit.services.watches, kit.command).register(routes)


CONVERSATION = Conversation(_listen)
