"""Opening forms within the three seconds of a trigger, whatever the database does."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog

from bot.errors import FormError, OutsideError, Temporary
from bot.handlers.kit import elsewhere
from bot.handlers.kit.errors import ErrorResponder, error_form, kept_form
from bot.policy.decide.lifecycle import Move
from bot.ports.workspace import View, ViewGoneError, Workspace
from bot.services.bundle import Services
from bot.services.overview.escalations import STILL_OF_USE
from bot.views.kit import form_stack, info_form, picking
from bot.views.kit.form_values import number_of, says_something, text_of
from bot.views.overview import picker

# After this the form opens with a loading message and is filled in later.
_PATIENCE_SECONDS = 0.4
# How often an open form is updated, and the longest wait in between.
_TRIES = 3
_LONGEST_WAIT_SECONDS = 5.0
NOT_OPENED = "Slack didn't open the form in time. Try again."
NOT_FILLED = "Slack didn't let us fill in the form. Close it and try again."
NOT_REDRAWN = "That's done, though Slack didn't let us show it in the form. You can close the form."

# Draws a form for an escalation and a viewer. Raises NotFound, or Refused if it can't be requested.
Draw = Callable[[Services, int, str], View]


@dataclass(frozen=True)
class FormRegistry:
    """Draws and opens the forms people can ask for."""

    workspace: Workspace
    answers: ErrorResponder
    services: Services
    drawn_by: Mapping[Move, Draw]

    async def open(self, trigger: str, move: Move, number: int, *, viewer: str) -> None:
        """Open the form of a move, or a view that says why there is none."""
        await self.open_with(trigger, viewer, lambda: self.draw(move, number, viewer))

    async def open_picker(self, trigger: str, move: Move, *, viewer: str) -> None:
        """Open the picker if no escalation is implied."""
        await self.open_with(trigger, viewer, lambda: self.draw_picker(move, viewer))

    async def open_with(self, trigger: str, viewer: str, work: Callable[[], View], *, is_on_top: bool = False) -> None:
        """Open the view that `work` draws; if the database is slow, open a loading view first and update it.

        With `is_on_top` it lies on the form in which something was pressed, which is there again when it is sent.
        Errors are shown in the view. If Slack can't open one, the person gets a message.
        """
        open_view = self.workspace.push_view if is_on_top else self.workspace.open_view
        drawing = asyncio.ensure_future(self._drawn(work))
        try:
            done, _ = await asyncio.wait({drawing}, timeout=_PATIENCE_SECONDS)
            if done:
                await open_view(trigger, elsewhere.stamped(drawing.result()))
                return
            view_id = await open_view(trigger, info_form.info("One moment", "One moment…"))
        except OutsideError as error:
            drawing.cancel()
            structlog.get_logger().warning("form not opened", error=str(error))
            await self.answers.say(NOT_OPENED, viewer, fresh_for=STILL_OF_USE)
        else:
            await self.fill(view_id, await drawing, viewer)

    async def fill_with(
        self, view_id: str, viewer: str, work: Callable[[], View], *, opened: Mapping[str, Any] | None = None
    ) -> None:
        """Replace an open view by the one `work` draws. If it can't, what was typed into `opened` stays."""
        await self.fill(view_id, await self._drawn(work, opened), viewer)

    async def fill(self, view_id: str, view: View, viewer: str, *, otherwise: str = NOT_FILLED) -> None:
        """Update an open view, retrying while Slack is busy; if that fails, send the person a message.

        A view closed meanwhile is ignored.
        """
        for _ in range(_TRIES):
            try:
                await self.workspace.update_view(view_id, elsewhere.stamped(view))
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

    async def redraw_below(self, body: Mapping[str, Any]) -> None:
        """Start to redraw the forms under one that was just sent. What was typed in them stays.

        What was sent is stored, so its answer doesn't wait for Slack: it would say that it may not be.
        """
        self.answers.background.start(self._redraw_below(body))

    async def _redraw_below(self, body: Mapping[str, Any]) -> None:
        view, person = body["view"], body["user"]["id"]
        below, root = view.get("previous_view_id"), view.get("root_view_id")
        under, lowest = form_stack.under(view), form_stack.lowest(view)
        if below and under is not None:
            await self._redraw(below, person, partial(self._below, under, view, person))
        if root and root != below and lowest is not None:
            await self._redraw(root, person, partial(self._below, lowest, view, person))

    async def _redraw(self, view_id: str, person: str, work: Callable[[], View]) -> None:
        """Redraw a form that somebody may have typed into; one that can't be drawn stays as it is."""
        try:
            view = await self.services.core.run(work)
        except Exception as error:  # noqa: BLE001 - what was sent is stored, and what was typed must not be lost
            structlog.get_logger().warning("form not redrawn", error=repr(error))
            await self.answers.say(NOT_REDRAWN, person)
        else:
            await self.fill(view_id, view, person, otherwise=NOT_REDRAWN)

    def _below(self, name: str, view: Mapping[str, Any], viewer: str) -> View:
        """Draw a form below an open one."""
        return form_stack.placed(self.draw(Move(name), number_of(view), viewer), form_stack.below(name, view))

    async def _drawn(self, work: Callable[[], View], opened: Mapping[str, Any] | None = None) -> View:
        try:
            return await self.services.core.run(work)
        except Exception as error:  # noqa: BLE001 - whatever it is, the form says it
            return error_form(error) if opened is None else kept_form(opened, error)

    def opener(self, move: Move) -> Callable[[Mapping[str, Any]], Awaitable[None]]:
        """Return a listener that opens the form of a move for its button, whose value is the escalation's number."""

        async def open_(body: Mapping[str, Any]) -> None:
            number = int(body["actions"][0]["value"])
            await self.open(body["trigger_id"], move, number, viewer=body["user"]["id"])

        return open_

    def draw(self, move: Move, number: int, viewer: str) -> View:
        """Draw the form of a move. Raises NotFound, or Refused if it can't be requested."""
        return self.drawn_by[move](self.services, number, viewer)

    def draw_picker(self, move: Move, viewer: str) -> View:
        """Draw the picker of the escalations that a move applies to."""
        found = self.services.escalations.open_to(move, viewer=viewer, limit=picking.MOST)
        return picker.draw(move, "Which one do you mean?", found)


def on_top_of(view: View, under: Move | None, opened: Mapping[str, Any]) -> View:
    """Return a form that is put on an open one, which is redrawn when it is sent if `under` names it."""
    return view if under is None else form_stack.placed(view, form_stack.places(under.value, opened))


def drawn_again(view: View, opened: Mapping[str, Any]) -> View:
    """Return a form that replaces an open one. It still knows which ones it lies on, and what it was opened with."""
    return form_stack.placed(view, form_stack.own_places(opened))


def required(view: Mapping[str, Any], block_id: str, words: str) -> str:
    """Return a field's text. Raises FormError if it is blank or only a dash, which Slack lets through."""
    said = text_of(view, block_id)
    if not says_something(said):
        raise FormError(block_id, words)
    return said
