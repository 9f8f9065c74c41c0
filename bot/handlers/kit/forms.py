"""Opening a form: within the three seconds a trigger lives, whatever the database is doing."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from bot.errors import FormError, OutsideError, Temporary
from bot.handlers.kit.errors import ErrorResponder, notice_of
from bot.policy.decide.lifecycle import Move
from bot.ports.workspace import View, ViewGoneError, Workspace
from bot.services.bundle import Services
from bot.services.overview.escalations import STILL_OF_USE
from bot.views.closing.closing_forms import text_of
from bot.views.kit import move_forms, picking

# Longer than this a trigger is not kept waiting: the form opens empty and fills itself in.
_PATIENCE_SECONDS = 0.4
# How often a form that is open is drawn, and how long at most it waits in between.
_TRIES = 3
_LONGEST_WAIT_SECONDS = 5.0
NOT_OPENED = "Slack didn't open the form in time. Try again."
NOT_FILLED = "Slack didn't let me fill in the form. Close it and try again."
NOT_REDRAWN = "That's done, though Slack didn't let me show it in the form. You can close the form."

# Draws a form for an escalation and whoever asks for it. Raises NotFound, and Refused when it cannot be asked for.
Draw = Callable[[Services, int, str], View]


@dataclass(frozen=True)
class FormRegistry:
    """Draws and opens the forms for everything a person can ask for."""

    workspace: Workspace
    answers: ErrorResponder
    services: Services
    drawn_by: Mapping[Move, Draw]

    async def open(self, trigger: str, move: Move, number: int, *, viewer: str) -> None:
        """Open the form of a move, or say why there is none."""
        await self.open_with(trigger, viewer, lambda: self.draw(move, number, viewer))

    async def open_picker(self, trigger: str, move: Move, *, viewer: str) -> None:
        """Open the picker where no escalation is implied."""
        await self.open_with(trigger, viewer, lambda: self.draw_picker(move, viewer))

    async def open_with(self, trigger: str, viewer: str, work: Callable[[], View]) -> None:
        """Open what `work` draws; when the database is slow, open a form first that is filled in later.

        What goes wrong is said in the form. Where Slack opens none, the person is told directly.
        """
        drawing = asyncio.ensure_future(self._drawn(work))
        try:
            done, _ = await asyncio.wait({drawing}, timeout=_PATIENCE_SECONDS)
            if done:
                await self.workspace.open_view(trigger, drawing.result())
                return
            view_id = await self.workspace.open_view(trigger, move_forms.notice("One moment", "One moment…"))
        except OutsideError as error:
            drawing.cancel()
            structlog.get_logger().warning("form not opened", error=str(error))
            await self.answers.say(NOT_OPENED, viewer, fresh_for=STILL_OF_USE)
        else:
            await self.fill(view_id, await drawing, viewer)

    async def fill_with(self, view_id: str, viewer: str, work: Callable[[], View]) -> None:
        """Draw what `work` draws in the place of a form that is open."""
        await self.fill(view_id, await self._drawn(work), viewer)

    async def fill(self, view_id: str, view: View, viewer: str, *, otherwise: str = NOT_FILLED) -> None:
        """Draw a form that is open, also when Slack is busy for a moment; tell the person directly where it cannot be.

        A form that has been closed meanwhile is nobody's loss.
        """
        for _ in range(_TRIES):
            try:
                await self.workspace.update_view(view_id, view)
            except ViewGoneError:
                return
            except Temporary as error:
                structlog.get_logger().warning("form not filled", error=str(error))
                wanted = error.retry_after.total_seconds() if error.retry_after else 1.0
                await asyncio.sleep(min(wanted, _LONGEST_WAIT_SECONDS))
            except OutsideError as error:
                structlog.get_logger().warning("form not filled", error=str(error))
                break
            else:
                return
        await self.answers.say(otherwise, viewer)

    async def _drawn(self, work: Callable[[], View]) -> View:
        try:
            return await self.services.core.run(work)
        except Exception as error:  # noqa: BLE001 - whatever it is, the form says it
            return notice_of(error)

    def opener(self, move: Move) -> Callable[[Mapping[str, Any]], Awaitable[None]]:
        """Return what opens the form of a move for its button, whose value is the escalation's number."""

        async def open_(body: Mapping[str, Any]) -> None:
            number = int(body["actions"][0]["value"])
            await self.open(body["trigger_id"], move, number, viewer=body["user"]["id"])

        return open_

    def draw(self, move: Move, number: int, viewer: str) -> View:
        """Draw the form of a move. Raises NotFound, and Refused when it cannot be asked for."""
        return self.drawn_by[move](self.services, number, viewer)

    def draw_picker(self, move: Move, viewer: str) -> View:
        """Draw the picker of the escalations for which a move can be asked."""
        found = self.services.escalations.open_to(move, viewer=viewer, limit=picking.MOST)
        return move_forms.pick(move, "Which one do you mean?", found)


def required(view: Mapping[str, Any], block_id: str, words: str) -> str:
    """Return what was typed into a field. Raises FormError where it is only blank space, which Slack lets through."""
    said = text_of(view, block_id)
    if not said:
        raise FormError(block_id, words)
    return said
