"""Opening a form: within the three seconds a trigger lives, whatever the database is doing."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.errors import EscalateError, OutsideError
from bot.policy.lifecycle import Move, Refused
from bot.ports.workspace import View, Workspace
from bot.services.core import Core
from bot.services.escalations import Escalations
from bot.services.overrides import Overrides
from bot.services.updates import Updates
from bot.views import closure_forms, manage_forms, update_form, wording

# Longer than this a trigger is not kept waiting: the form opens empty and fills itself in.
_PATIENCE_SECONDS = 0.4


@dataclass(frozen=True)
class Forms:
    """Draws and opens the forms for everything a person can ask for."""

    core: Core
    workspace: Workspace
    escalations: Escalations
    updates: Updates
    overrides: Overrides

    async def open(self, trigger: str, move: Move, number: int, *, viewer: str, still: bool = False) -> None:
        """Open the form of a move, or say why there is none."""
        await self.open_with(trigger, viewer, lambda: self.draw(move, number, viewer, still=still))

    async def open_picker(self, trigger: str, move: Move, *, viewer: str) -> None:
        """Open the picker where no escalation is implied."""
        await self.open_with(trigger, viewer, lambda: self.draw_picker(move, viewer))

    async def open_with(self, trigger: str, viewer: str, work: Callable[[], View]) -> None:
        """Open what `work` draws; when the database is slow, open a form first that is filled in later."""
        drawing = asyncio.ensure_future(self.core.run(answered, work))
        try:
            done, _ = await asyncio.wait({drawing}, timeout=_PATIENCE_SECONDS)
            if done:
                await self.workspace.open_view(trigger, drawing.result())
            else:
                view_id = await self.workspace.open_view(trigger, manage_forms.notice("One moment", "One moment…"))
                await self.workspace.update_view(view_id, await drawing)
        except OutsideError as error:
            structlog.get_logger().warning("form not opened", error=str(error))
            words = "Slack did not let me open the form in time. Please try again."
            await self.core.run(self.escalations.reply, viewer, None, words)

    def draw(self, move: Move, number: int, viewer: str, *, still: bool = False) -> View:
        """Draw the form of a move. Raises NotFound, and Refused when it cannot be asked for."""
        if move is Move.UPDATE:
            draft = self.updates.draft(number, by=viewer)
            return update_form.draw(draft.facts, draft.policy, draft.owed, still=still)
        if move in (Move.CHANGE_LEVEL, Move.WAIVE):
            facts, policy = self.overrides.allowed(number, move, by=viewer)
            return (manage_forms.change_level if move is Move.CHANGE_LEVEL else manage_forms.waive)(facts, policy)
        facts, policy = self.escalations.for_move(number, move, viewer=viewer)
        match move:
            case Move.MITIGATE:
                return closure_forms.mitigate(facts, policy)
            case Move.RESOLVE:
                return closure_forms.resolve(facts, policy)
            case Move.REVIEW:
                return closure_forms.review(facts, policy)
            case Move.CLOSE:
                return closure_forms.close(facts, policy)
            case Move.REOPEN:
                return closure_forms.reopen(facts, policy)
            case Move.ASSIGN:
                return manage_forms.assign(facts, policy, viewer)
            case Move.WITHDRAW:
                others = [other for other, _ in self.escalations.live(viewer=viewer) if other.number != number]
                return closure_forms.withdraw(facts, policy, others)
            case _:
                raise LookupError(f"{move} has no form")

    def draw_picker(self, move: Move, viewer: str) -> View:
        """Draw the picker of the escalations for which a move can be asked."""
        return manage_forms.pick(move, "Which one do you mean?", self.escalations.open_to(move, viewer=viewer))


def answered(work: Callable[[], View]) -> View:
    """Turn an answer that is no into a form that says it."""
    try:
        return work()
    except Refused as error:
        return manage_forms.notice("Not now", wording.refusals(error.reasons))
    except EscalateError as error:
        return manage_forms.notice("Not possible", str(error))
