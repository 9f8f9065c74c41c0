"""The forms that ask the customer, or record what they said."""

from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.errors import FormError
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, MenuEntry
from bot.handlers.kit.forms import FormRegistry, drawn_again
from bot.handlers.kit.routes import Routes
from bot.handlers.kit.text_gate import TextGate
from bot.policy.decide.lifecycle import Move
from bot.policy.wording.templates import left_open
from bot.ports.workspace import View
from bot.services.bundle import Services
from bot.services.confirming.questions import CustomerQuestions, Told
from bot.views.confirming import ask_form
from bot.views.kit import ids
from bot.views.kit.form_values import number_of, option_of, says_something, text_of


@dataclass(frozen=True)
class ConfirmingHandlers:
    """Handles the customer's confirmation."""

    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    services: Services

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.action(ids.PRESS_TOLD_US, self.after_ack(self.open_told))
        routes.view(ids.ASK_CUSTOMER, self.submit_question)
        routes.view(ids.CUSTOMER_TOLD_US, self.submit_told)

    @property
    def questions(self) -> CustomerQuestions:
        """Return the service."""
        return self.services.customer_questions

    async def open_told(self, body: Body) -> None:
        """Put the form that records an answer in the place of the one that asks."""
        number, person = int(body["actions"][0]["value"]), body["user"]["id"]
        opened = body["view"]
        await self.forms.fill_with(
            opened["id"],
            person,
            lambda: drawn_again(_draw_told(self.services, number, person), opened),
            opened=opened,
        )

    async def submit_question(self, ack: AsyncAck, body: Body) -> None:
        """Queue the mail."""
        view = body["view"]
        to, words = text_of(view, "to"), text_of(view, "words")
        wrong: dict[str, str] = {}
        if not says_something(words):
            wrong["words"] = "Write a sentence to the customer."
        elif (left := await self._left_open(number_of(view), words, body["user"]["id"])) is not None:
            wrong["words"] = f"Fill in {left}."
        in_channel = option_of(view, "where") == ask_form.CHANNEL
        if not (to or in_channel):
            wrong["to"] = "Enter one mail address."
        if wrong:
            raise FormError.of(wrong)
        verdict = await TextGate(self.core, self.services.text_reviews).look(ack, body, number_of(view), "words", words)
        if verdict is None:
            return
        ask = partial(self.questions.ask, number_of(view), None if in_channel else to, words, passed=verdict.passed)
        await self.core.run(ask, by=body["user"]["id"])
        await ack()
        await self.forms.redraw_below(body)

    async def _left_open(self, number: int, words: str, person: str) -> str | None:
        """Return the first bracket of the offered words that nobody has filled in."""
        if "[" not in words and "]" not in words:
            return None
        _, policy = await self.core.run(self.services.escalations.one, number, viewer=person)
        return left_open(words, policy)

    async def submit_told(self, ack: AsyncAck, body: Body) -> None:
        """Record what the customer said."""
        view = body["view"]
        who, how, evidence = (
            text_of(view, "confirmed_by"),
            option_of(view, "confirmed_how"),
            text_of(view, "evidence"),
        )
        wrong: dict[str, str] = {}
        if not says_something(who):
            wrong["confirmed_by"] = "Name who confirmed it."
        if not says_something(evidence):
            wrong["evidence"] = "Add what they said, or a link to it."
        if how is None:
            wrong["confirmed_how"] = "Enter how they confirmed."
        if wrong or how is None:
            raise FormError.of(wrong)
        told = Told(who=who, how=how, evidence=evidence)
        await self.core.run(partial(self.questions.note, number_of(view), told), by=body["user"]["id"])
        await ack()
        await self.forms.redraw_below(body)


def draw_question(services: Services, number: int, viewer: str) -> View:
    """Draw the form that asks; where nothing can be mailed, or they may not ask, the one that records an answer."""
    draft = services.customer_questions.draft(number, by=viewer)
    now = services.database.real_clock.now()
    if not (draft.is_mailed and draft.may_ask):
        return ask_form.told(draft.facts, draft.policy, draft.asked, now)
    return ask_form.draw(
        draft.facts, draft.policy, draft.asked, now, to=draft.to, channel=draft.channel, sender=draft.sender
    )


def _draw_told(services: Services, number: int, viewer: str) -> View:
    draft = services.customer_questions.draft(number, by=viewer)
    return ask_form.told(draft.facts, draft.policy, draft.asked, services.database.real_clock.now())


def _listen(routes: Routes, kit: HandlerKit) -> None:
    ConfirmingHandlers(kit.core, kit.after_ack, kit.forms, kit.services).register(routes)


CONVERSATION = Conversation(
    _listen,
    forms={Move.CONFIRM: draw_question},
    menu=(MenuEntry("confirm", draw_question),),
)
