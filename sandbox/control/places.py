"""The surface of an element that a person uses: a view or a message."""

from dataclasses import dataclass
from typing import Any

from sandbox.apps import App
from sandbox.blocks.walk import Spot, spots
from sandbox.control.control_call import ControlCall, sought
from sandbox.delivery import payloads
from sandbox.errors import Misuse
from sandbox.state.channels import Channel
from sandbox.state.messages import Message
from sandbox.state.people import User
from sandbox.state.views import View
from sandbox.state.workspace import Workspace

Json = dict[str, Any]


@dataclass(frozen=True)
class InView:
    """A modal or a Home tab."""

    view: View

    @property
    def blocks(self) -> list[Json]:
        """Return its blocks."""
        return self.view.blocks

    def app(self, workspace: Workspace) -> App:
        """Return the app that owns it."""
        return workspace.app(self.view.app_id)

    def payload(self, _workspace: Workspace) -> Json:
        """Return the payload fields for it."""
        return payloads.on_view(self.view)


@dataclass(frozen=True)
class InMessage:
    """A message in a conversation."""

    channel: Channel
    message: Message

    @property
    def blocks(self) -> list[Json]:
        """Return its blocks."""
        return self.message.blocks or []

    def app(self, workspace: Workspace) -> App:
        """Return the app that posted it."""
        if self.message.app_id is None:
            raise Misuse("no_app", "no app stands behind this message")
        return workspace.app(self.message.app_id)

    def payload(self, workspace: Workspace) -> Json:
        """Return the payload fields for it."""
        return payloads.on_message(workspace, self.channel, self.message)


Place = InView | InMessage


def place(call: ControlCall, user: User, surface: str) -> Place:
    """Return the surface of a call: the top modal, the Home tab, or a message."""
    if surface == "modal":
        return InView(top(call.workspace, user))
    if surface == "home":
        return InView(home_of(call, user))
    if surface != "message":
        raise Misuse("unknown_surface", f"a surface is message, modal or home; not {surface!r}")
    channel = call.channel(user)
    if call.text("ts", ""):
        return InMessage(channel, call.message(channel, user, call.text("ts")))
    return InMessage(channel, _latest_with(call, channel, user))


def spot(call: ControlCall, here: Place) -> Spot:
    """Return the element given by `action_id`, `block_id` or both."""
    action_id, block_id = call.text("action_id", ""), call.text("block_id", "")
    if not action_id and not block_id:
        raise Misuse("missing", "'action_id' is missing")
    present = list(spots(here.blocks))
    found = [s for s in present if action_id in ("", s.action_id) and block_id in ("", s.block_id)]
    within = f" in the block {block_id!r}" if block_id else ""
    return sought(
        found,
        f"element with action_id {action_id!r}{within}",
        lambda: [f"{s.action_id} (block {s.block_id})" for s in present],
    )


def top(workspace: Workspace, user: User) -> View:
    """Return the person's topmost modal."""
    stack = workspace.views.stack(user.id)
    if not stack:
        raise Misuse("no_view", f"{user.name} has no modal open")
    return stack[-1]


def home_of(call: ControlCall, user: User) -> View:
    """Return a person's Home tab: of the first app, or of `app`."""
    app_id = call.text("app", call.workspace.apps[0].id)
    view = call.workspace.views.home(app_id, user.id)
    if view is None:
        raise Misuse("no_home", f"nothing has been published to the Home tab of {user.name}")
    return view


def _latest_with(call: ControlCall, channel: Channel, user: User) -> Message:
    """Return the newest message with the element, for calls without `ts`."""
    whispers = call.workspace.ephemerals.get((user.id, channel.id), [])
    wanted = call.text("action_id")
    messages = sorted([*channel.messages, *whispers], key=lambda message: message.ts, reverse=True)
    newest: list[Message] = [m for m in messages if any(s.action_id == wanted for s in spots(m.blocks or []))][:1]
    return sought(
        newest,
        f"message with an action_id {wanted!r}",
        lambda: [s.action_id for m in messages for s in spots(m.blocks or [])],
    )
