"""The intake form: a section from the channel's message, or everything missing from anywhere."""

from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, MenuEntry
from bot.handlers.kit.forms import FormRegistry
from bot.handlers.kit.routes import Routes
from bot.policy.decide.lifecycle import Move, moves
from bot.policy.decide.questionnaire import asks_anything
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import View
from bot.services.bundle import Services
from bot.services.intake.intake import Intakes
from bot.views.intake import intake_form
from bot.views.intake.intake_message import MISSING
from bot.views.kit import ids
from bot.views.kit.menu_form import MenuChoice


@dataclass(frozen=True)
class IntakeHandlers:
    """Handles the intake form."""

    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    intakes: Intakes

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.action(ids.PRESS_FACTS, self.after_ack(self.open_facts))
        routes.action_beginning(ids.PRESS_FACT, self.after_ack(self.open_facts))
        routes.view(ids.FACTS, self.submit_facts)

    async def open_facts(self, body: Body) -> None:
        """Open the form of a section or of one fact."""
        number, _, wanted = body["actions"][0]["value"].partition(":")
        viewer = body["user"]["id"]
        await self.forms.open_with(body["trigger_id"], viewer, lambda: _draw(self.intakes, int(number), viewer, wanted))

    async def submit_facts(self, ack: AsyncAck, body: Body) -> None:
        """Save the changed facts."""
        number, answers = intake_form.read(body["view"])
        await self.core.run(partial(self.intakes.fill, number, answers), by=body["user"]["id"])
        await ack()


def _fits(facts: EscalationFacts, policy: Policy) -> bool:
    return Move.INTAKE in moves(facts) and asks_anything(policy, facts)


def draw(services: Services, number: int, viewer: str) -> View:
    """Draw the form of everything missing. Raises NotFound and Refused."""
    return _draw(services.intakes, number, viewer, MISSING)


def _draw(intakes: Intakes, number: int, viewer: str, wanted: str) -> View:
    asked = intakes.form(number, viewer=viewer)
    return intake_form.draw(asked.facts, asked.policy, asked.questionnaire, wanted)


def _listen(routes: Routes, kit: HandlerKit) -> None:
    IntakeHandlers(kit.core, kit.after_ack, kit.forms, kit.services.intakes).register(routes)


CONVERSATION = Conversation(
    _listen,
    forms={Move.INTAKE: draw},
    menu=(MenuEntry(80, MenuChoice("facts", "What is known…", "Fill in what is missing"), draw, _fits),),
)
