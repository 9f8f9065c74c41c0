"""Setting the exit criteria."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.database.transaction import Core
from bot.handlers.kit.conversation import Conversation, HandlerKit, MenuEntry
from bot.handlers.kit.forms import required
from bot.policy.decide.lifecycle import Move, moves
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import View
from bot.services.bundle import Services
from bot.services.closing.exit_criteria import ExitCriteria
from bot.views.closing import exit_criteria
from bot.views.kit import ids
from bot.views.kit.form_values import number_of, text_of
from bot.views.kit.menu_form import MenuChoice

Body = Mapping[str, Any]


@dataclass(frozen=True)
class ExitCriteriaHandlers:
    """Handles the exit criteria form."""

    core: Core
    criteria: ExitCriteria

    def register(self, app: AsyncApp) -> None:
        """Register the listeners."""
        app.view(ids.EXIT_CRITERIA)(self.submit)

    async def submit(self, ack: AsyncAck, body: Body) -> None:
        """Save the exit criteria."""
        view = body["view"]
        words = required(view, "words", "Say what must be so for it to end.")
        write = partial(self.criteria.write, number_of(view), words, customer=text_of(view, "customer") or None)
        await self.core.run(write, by=body["user"]["id"])
        await ack()


def _fits(facts: EscalationFacts, policy: Policy) -> bool:
    """Return True if the policy asks for exit criteria; a programme has success criteria instead."""
    wanted = policy.kind(facts.kind).exit_criteria is not None
    return wanted and not facts.is_programme and Move.UPDATE in moves(facts)


def draw(services: Services, number: int, viewer: str) -> View:
    """Draw the form."""
    return exit_criteria.draw(*services.escalations.for_move(number, Move.UPDATE, viewer=viewer))


def _listen(app: AsyncApp, kit: HandlerKit) -> None:
    ExitCriteriaHandlers(kit.core, kit.services.exit_criteria).register(app)


_CHOICE = MenuChoice("exit", "Exit criteria…", "When it is over, and who has agreed to that")
CONVERSATION = Conversation(_listen, menu=(MenuEntry(70, _CHOICE, draw, _fits),))
