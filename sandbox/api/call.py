"""One call of a method, and how the method finds what its arguments name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sandbox.api.table import Method
from sandbox.apps import App
from sandbox.errors import SlackError
from sandbox.state.channels import DIRECT, GROUP, PRIVATE, PUBLIC, Channel
from sandbox.state.messages import Message
from sandbox.state.people import User
from sandbox.state.posting import may_see
from sandbox.state.workspace import Workspace

Json = dict[str, Any]

SCOPE_FAMILIES = {PUBLIC: "channels:", PRIVATE: "groups:", DIRECT: "im:", GROUP: "mpim:"}
"""The prefix of the scopes for each kind of conversation."""


@dataclass(frozen=True)
class Call:
    """An authenticated call with parsed arguments. `given` is everything that was sent."""

    workspace: Workspace
    app: App
    method: Method
    args: Json
    given: Json = field(default_factory=dict)
    base_url: str = ""
    ticket: Callable[[], str] = field(default=lambda: "")
    # The workflow step for whose token the call was made, if any.
    execution: str | None = None

    @property
    def user(self) -> str:
        """Return the id of the calling bot."""
        return self.app.user_id

    def text(self, name: str) -> str:
        """Return a text argument, or an empty string."""
        return str(self.args.get(name) or "")

    def need_scope(self, kind: str) -> None:
        """Raise unless the app has the scope for conversations of this kind."""
        family = SCOPE_FAMILIES[kind]
        wanted = [scope for scope in self.method.scopes if scope.startswith(family)]
        if not wanted:
            raise SlackError("method_not_supported_for_channel_type")
        if not self.app.allows_any(wanted):
            raise missing_scope(self.app, wanted)

    def find_channel(self, channel_id: str) -> Channel:
        """Return a conversation the bot may see; raises `channel_not_found`."""
        channel = self.workspace.channels.get(channel_id)
        if channel is None or not may_see(channel, self.user):
            raise SlackError("channel_not_found")
        return channel

    def channel(self, name: str = "channel", *kinds: str) -> Channel:
        """Return the conversation an argument names, of one of `kinds`, after checking the scope for its kind."""
        channel = self.find_channel(self.text(name))
        if kinds and channel.kind not in kinds:
            raise SlackError("method_not_supported_for_channel_type")
        self.need_scope(channel.kind)
        return channel

    def need_member(self, channel: Channel) -> None:
        """Raise unless the bot is in the conversation."""
        if self.user not in channel.members:
            raise SlackError("not_in_channel")

    def find_user(self, user_id: str, error: str = "user_not_found") -> User:
        """Return a user, including deactivated ones."""
        user = self.workspace.users.get(user_id)
        if user is None:
            raise SlackError(error)
        return user

    def message(self, channel: Channel, ts: str, error: str = "message_not_found") -> Message:
        """Return a message of a conversation."""
        message = channel.messages.get(ts)
        if message is None:
            raise SlackError(error)
        return message


def missing_scope(app: App, wanted: Iterable[str]) -> SlackError:
    """Return the error for a missing scope, with the scopes needed and granted."""
    provided = ",".join(sorted(app.manifest.scopes or ()))
    return SlackError("missing_scope", needed=",".join(sorted(wanted)), provided=provided)
