"""Routes: the listener for each request, found by the request's name.

Bolt tries its listeners one after another, which takes longer than most answers when there are a hundred. So it gets
one for each type of request, and that one looks the name up.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.errors import Misread

L = TypeVar("L")
Listener = Callable[[AsyncAck, dict[str, Any]], Awaitable[None]]
EventListener = Callable[[dict[str, Any], AsyncBoltContext], Awaitable[None]]
_ANY: Final = re.compile("")
# A control of an earlier version.
_NOBODY: Final = "nobody listens for it"


@dataclass
class Routes:
    """The listeners by name: a control's action id, a form's or shortcut's callback id, a command, an event's type."""

    actions: dict[str, Listener] = field(default_factory=dict)
    # By the beginning of the action id, for controls of which there may be several in one message.
    actions_beginning: dict[str, Listener] = field(default_factory=dict)
    menus: dict[str, Listener] = field(default_factory=dict)
    forms: dict[str, Listener] = field(default_factory=dict)
    shortcuts: dict[str, Listener] = field(default_factory=dict)
    commands: dict[str, Listener] = field(default_factory=dict)
    events: dict[str, EventListener] = field(default_factory=dict)
    # Called with each form that was submitted and accepted.
    on_sent: Callable[[AsyncAck, dict[str, Any]], None] | None = None
    # The command that people typed last, if the settings name another.
    other_command: str | None = None

    def action(self, action_id: str, listener: Listener) -> None:
        """Register a listener for a button or another control. This and the others raise ValueError for a second."""
        _add(self.actions, action_id, listener)

    def action_beginning(self, prefix: str, listener: Listener) -> None:
        """Register a listener for every control whose action id begins so and has no listener of its own."""
        _add(self.actions_beginning, prefix, listener)

    def options(self, action_id: str, listener: Listener) -> None:
        """Register a listener that returns the options of a menu."""
        _add(self.menus, action_id, listener)

    def view(self, callback_id: str, listener: Listener) -> None:
        """Register a listener for a submitted form."""
        _add(self.forms, callback_id, listener)

    def shortcut(self, callback_id: str, listener: Listener) -> None:
        """Register a listener for a shortcut, global or of a message."""
        _add(self.shortcuts, callback_id, listener)

    def command(self, name: str, listener: Listener) -> None:
        """Register a listener for a slash command."""
        _add(self.commands, name, listener)

    def event(self, event_type: str, listener: EventListener) -> None:
        """Register a listener for an event."""
        _add(self.events, event_type, listener)

    def listen(self, app: AsyncApp) -> None:
        """Register one listener with Bolt for each type of request."""
        app.command(_ANY)(self._command)
        app.action(_ANY)(self._action)
        app.options(_ANY)(self._options)
        app.view(_ANY)(self._view)
        app.shortcut(_ANY)(self._shortcut)
        app.event(_ANY)(self._event)

    async def _command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Answer the command, also by another name than that of the settings: Slack sends those of our app only."""
        name = str(body["command"])
        listener = self.commands.get(name)
        if listener is None:
            (known, listener), *_ = self.commands.items()
            if name != self.other_command:
                structlog.get_logger().warning("ESCALATE_COMMAND isn't the command in Slack", typed=name, setting=known)
        self.other_command = name if name not in self.commands else None
        await listener(ack, body)

    async def _action(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        action_id = body["actions"][0]["action_id"]
        listener = self.actions.get(action_id) or next(
            (found for prefix, found in self.actions_beginning.items() if action_id.startswith(prefix)), None
        )
        if listener is None:
            raise Misread(_NOBODY)
        await listener(ack, body)

    async def _options(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await _found(self.menus, body["action_id"])(ack, body)

    async def _view(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await _found(self.forms, body["view"]["callback_id"])(ack, body)
        if self.on_sent is not None:
            self.on_sent(ack, body)

    async def _shortcut(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await _found(self.shortcuts, body["callback_id"])(ack, body)

    async def _event(self, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Pass an event on; one that nobody needs is acknowledged and ignored."""
        listener = self.events.get(body["event"]["type"])
        if listener is not None:
            await listener(body, context)


def _found(listeners: Mapping[str, Listener], name: str) -> Listener:
    """Return the listener of that name. Raises Misread."""
    listener = listeners.get(name)
    if listener is None:
        raise Misread(_NOBODY)
    return listener


def _add(listeners: dict[str, L], name: str, listener: L) -> None:
    if name in listeners:
        raise ValueError(f"two listeners for {name}")
    listeners[name] = listener
