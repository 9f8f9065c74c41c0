"""The forms after closing: the issue summary, and what was learned."""

import re
from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.errors import FormError
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, MenuEntry
from bot.handlers.kit.forms import Draw, FormRegistry, required
from bot.handlers.kit.routes import Routes
from bot.handlers.kit.text_gate import TextGate
from bot.policy.addresses import mail_address
from bot.policy.decide.lifecycle import Move
from bot.policy.record.outcomes import SolvedBy
from bot.ports.workspace import View
from bot.services.bundle import Services
from bot.services.outcomes.outcomes import Outcomes
from bot.views.kit import ids
from bot.views.kit.form_values import moment_of, number_of, option_of, person_of, says_something, text_of
from bot.views.outcomes import call_form, outcome_forms

_MOST = 20


@dataclass(frozen=True)
class OutcomeHandlers:
    """Handles what follows closing."""

    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    services: Services

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.action(ids.PRESS_SUMMARY, self.after_ack(partial(self._open, draw_summary)))
        routes.action(ids.PRESS_LEARNED, self.after_ack(partial(self._open, draw_learned)))
        routes.action(ids.PRESS_CALL, self.after_ack(partial(self._open, draw_call)))
        routes.view(ids.CALL, self.submit_call)
        routes.view(ids.SUMMARY, self.submit_summary)
        routes.view(ids.LEARNED, self.submit_learned)

    @property
    def outcomes(self) -> Outcomes:
        """Return the service."""
        return self.services.outcomes

    async def _open(self, draw: Draw, body: Body) -> None:
        number, person = int(body["actions"][0]["value"]), body["user"]["id"]
        await self.forms.open_with(body["trigger_id"], person, lambda: draw(self.services, number, person))

    async def submit_summary(self, ack: AsyncAck, body: Body) -> None:
        """Post and mail the summary."""
        view = body["view"]
        text = required(view, "text", "Write the summary.")
        typed = [one for one in re.split(r"[,;\s]+", text_of(view, "to")) if one]
        to = [mail_address(one) for one in typed]
        if None in to:
            raise FormError("to", "Enter mail addresses with a comma between them.")
        if len(to) > _MOST:
            raise FormError("to", f"Use at most {_MOST} addresses.")
        known = [one for one in to if one is not None]
        number, person, passed = number_of(view), body["user"]["id"], None
        if await self.core.run(partial(self.outcomes.is_for_customer, number, known), by=person):
            verdict = await TextGate(self.core, self.services.text_reviews).look(ack, body, number, "text", text)
            if verdict is None:
                return
            passed = verdict.passed
        await self.core.run(partial(self.outcomes.send_summary, number, text, known, passed=passed), by=person)
        await ack()

    async def submit_call(self, ack: AsyncAck, body: Body) -> None:
        """Note the call, else plan or move it."""
        view, person, calls = body["view"], body["user"]["id"], self.services.calls
        said, at = text_of(view, "call_note"), moment_of(view, "call_at")
        if says_something(said):
            await self.core.run(partial(calls.note, number_of(view), said), by=person)
        elif at is None:
            raise FormError("call_at", "Choose a time, or write what they said.")
        else:
            owner = person_of(view, "call_owner") or person
            await self.core.run(partial(calls.plan, number_of(view), at=at, owner=owner), by=person)
        await ack()

    async def submit_learned(self, ack: AsyncAck, body: Body) -> None:
        """Record what was learned."""
        view = body["view"]
        solved_by, could, to_try = option_of(view, "solved_by"), option_of(view, "first_level"), text_of(view, "to_try")
        wrong: dict[str, str] = {}
        if solved_by is None:
            wrong["solved_by"] = "Choose one."
        if could is None:
            wrong["first_level"] = "Choose one."
        if wrong or solved_by is None:
            raise FormError.of(wrong)
        note = partial(
            self.outcomes.note,
            number_of(view),
            solved_by=SolvedBy(solved_by),
            first_level_could=could == outcome_forms.YES,
            to_try=to_try if says_something(to_try) else None,
        )
        await self.core.run(note, by=body["user"]["id"])
        await ack()


def draw_call(services: Services, number: int, viewer: str) -> View:
    """Draw the form of the follow-up call."""
    return call_form.draw(*services.calls.draft(number, by=viewer))


def draw_summary(services: Services, number: int, viewer: str) -> View:
    """Draw the form of the issue summary."""
    found = services.outcomes.draft(number, by=viewer)
    return outcome_forms.summary(found.facts, found.policy, found.names, is_mailed=found.is_mailed)


def draw_learned(services: Services, number: int, viewer: str) -> View:
    """Draw the form of what was learned."""
    found = services.outcomes.draft(number, by=viewer)
    return outcome_forms.learned(found.facts, found.policy, found.noted)


def _listen(routes: Routes, kit: HandlerKit) -> None:
    OutcomeHandlers(kit.core, kit.after_ack, kit.forms, kit.services).register(routes)


CONVERSATION = Conversation(
    _listen,
    forms={Move.LEARN: draw_learned, Move.CALL: draw_call},
    menu=(MenuEntry("call", draw_call), MenuEntry("summary", draw_summary), MenuEntry("learned", draw_learned)),
)
