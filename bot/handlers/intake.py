"""The form of the details: all of them from the card, everything missing from elsewhere."""

from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit
from bot.handlers.kit.forms import FormRegistry, drawn_again
from bot.handlers.kit.routes import Routes
from bot.policy.decide.lifecycle import Move
from bot.ports.workspace import View
from bot.services.bundle import Services
from bot.services.intake.intake import Intakes
from bot.views.intake import intake_form
from bot.views.intake.intake_message import ALL
from bot.views.kit import ids
from bot.views.patterns import enterprise


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
        routes.action(ids.MORE_DETAILS, self.after_ack(self.show_more))
        routes.view(ids.FACTS, self.submit_facts)

    async def open_facts(self, body: Body) -> None:
        """Open the form of everything, or of a part that a message of an earlier version offers."""
        number, _, wanted = body["actions"][0]["value"].partition(":")
        viewer = body["user"]["id"]
        await self.forms.open_with(body["trigger_id"], viewer, lambda: _draw(self.intakes, int(number), viewer, wanted))

    async def show_more(self, body: Body) -> None:
        """Show the rest of the questions. Slack keeps what was typed into those that stay."""
        number, _, wanted = body["actions"][0]["value"].partition(":")
        view, viewer = body["view"], body["user"]["id"]

        def whole() -> View:
            return drawn_again(_draw(self.intakes, int(number), viewer, wanted, more=True), view)

        await self.forms.fill_with(view["id"], viewer, whole, opened=view)

    async def submit_facts(self, ack: AsyncAck, body: Body) -> None:
        """Save the changed facts."""
        number, answers = intake_form.read(body["view"])
        fill = partial(self.intakes.fill, number, answers, files=intake_form.read_files(body["view"]))
        await self.core.run(fill, by=body["user"]["id"])
        await ack()


def draw(services: Services, number: int, viewer: str) -> View:
    """Draw the form of everything. Raises NotFound and Refused."""
    return _draw(services.intakes, number, viewer, ALL)


def _draw(intakes: Intakes, number: int, viewer: str, wanted: str, *, more: bool = False) -> View:
    asked = intakes.form(number, viewer=viewer)
    return intake_form.draw(
        asked.facts,
        asked.policy,
        asked.questionnaire,
        wanted,
        asked.files,
        files_in_all=asked.files_in_all,
        besides=enterprise.lines(asked.facts, asked.policy),
        more=more,
    )


def _listen(routes: Routes, kit: HandlerKit) -> None:
    IntakeHandlers(kit.core, kit.after_ack, kit.forms, kit.services.intakes).register(routes)


CONVERSATION = Conversation(
    _listen,
    forms={Move.INTAKE: draw},
)
