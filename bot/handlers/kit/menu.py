"""What stands behind "More…" on the card: each part of the bot adds what it can do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.database.transaction import Core
from bot.errors import Misread
from bot.handlers.kit.after_ack import AfterAck
from bot.handlers.kit.forms import FormRegistry
from bot.policy.decide.lifecycle import Move, moves
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import View
from bot.services.overview.escalations import Escalations
from bot.views.kit import ids, menu_form
from bot.views.kit.menu_form import MenuChoice

Body = Mapping[str, Any]

_OF_THE_LIFE = (
    (Move.CHANGE_LEVEL, MenuChoice("level", "Another level…", "With a reason, which is posted; the manager decides")),
    (Move.ASSIGN, MenuChoice("owners", "Owners…", "Hand a role over, or take it")),
    (Move.REVIEW, MenuChoice("review", "Review…", "Link it, add actions, note that it is finished")),
    (Move.WAIVE, MenuChoice("waive", "Waive the confirmation…", "Resolve it without the customer's word")),
    (Move.WITHDRAW, MenuChoice("withdraw", "Withdraw…", "A mistake, or a duplicate of another")),
)


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """Something that can be done. `draw` returns its form for an escalation and a person; it runs in a transaction."""

    choice: MenuChoice
    draw: Callable[[int, str], View]
    fits: Callable[[EscalationFacts, Policy], bool]


@dataclass(frozen=True)
class MenuHandlers:
    """The conversation behind "More…"."""

    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    escalations: Escalations
    entries: list[MenuEntry] = field(default_factory=list)

    def register(self, app: AsyncApp) -> None:
        """Listen."""
        self.entries[:0] = [self._of_the_life(move, choice) for move, choice in _OF_THE_LIFE]
        app.action(ids.PRESS_MORE)(self.after_ack(self.open))
        app.view(ids.MORE)(self.submit)

    def add(self, entry: MenuEntry) -> None:
        """Offer something more."""
        self.entries.append(entry)

    async def open(self, body: Body) -> None:
        """Open the choices that fit."""
        number, person = int(body["actions"][0]["value"]), body["user"]["id"]
        await self.forms.open_with(body["trigger_id"], person, lambda: self._draw(number, person))

    async def submit(self, ack: AsyncAck, body: Body) -> None:
        """Go on with what was chosen."""
        number, key = menu_form.read(body["view"])
        entry = next((entry for entry in self.entries if entry.choice.key == key), None)
        if entry is None:
            raise Misread(f"no such choice: {key!r}")
        form = await self.core.run(entry.draw, number, body["user"]["id"])
        await ack(response_action="update", view=form)

    def _draw(self, number: int, person: str) -> View:
        facts, policy = self.escalations.one(number, viewer=person)
        return menu_form.draw(facts, [entry.choice for entry in self.entries if entry.fits(facts, policy)])

    def _of_the_life(self, move: Move, choice: MenuChoice) -> MenuEntry:
        return MenuEntry(
            choice,
            draw=lambda number, person: self.forms.draw(move, number, person),
            fits=lambda facts, _policy: move in moves(facts),
        )
