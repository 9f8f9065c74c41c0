"""A control call's arguments, parsed strictly, and the people and conversations they name."""

import json
import math
from collections.abc import Callable
from typing import Any, TypeVar

from starlette.requests import Request

from sandbox.apps import App
from sandbox.errors import Misuse
from sandbox.state.channels import Channel
from sandbox.state.messages import Message
from sandbox.state.people import User
from sandbox.state.posting import may_see
from sandbox.state.workspace import Workspace

Json = dict[str, Any]
T = TypeVar("T")


class ControlCall:
    """The body or query of a control call."""

    def __init__(self, workspace: Workspace, given: Json) -> None:
        self.workspace = workspace
        self.given = given

    @classmethod
    async def read(cls, workspace: Workspace, request: Request) -> "ControlCall":
        """Parse a request: its JSON body, or the query if there is no body."""
        if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            raise Misuse("cross_site", "another site's page must not drive the sandbox")
        content = await request.body()
        if not content:
            return cls(workspace, dict(request.query_params))
        try:
            given = json.loads(content, parse_constant=_finite, parse_float=_finite)
        except (ValueError, RecursionError) as error:
            raise Misuse("not_json", "the body has to be JSON") from error
        if not isinstance(given, dict):
            raise Misuse("not_json", "the body has to be a JSON object")
        return cls(workspace, dict(request.query_params) | given)

    def only(self, *known: str) -> None:
        """Raise for unknown arguments, so that a misspelt key does not go unnoticed."""
        if unknown := sorted(set(self.given) - set(known)):
            raise Misuse("unknown_key", f"this call takes {', '.join(known)}; not {unknown[0]!r}")

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text argument; it is required if there is no default."""
        value = self.given.get(name)
        if value is None:
            if default is None:
                raise Misuse("missing", f"{name!r} is missing")
            return default
        if not isinstance(value, str):
            raise Misuse("not_text", f"{name!r} has to be text")
        return value

    def number(self, name: str) -> float | None:
        """Return a number, or None."""
        value = self.given.get(name)
        if value is None:
            return None
        try:
            return _finite(value)
        except (TypeError, ValueError, OverflowError) as error:
            raise Misuse("not_a_number", f"{name!r} has to be a number") from error

    def whole(self, name: str, default: int) -> int:
        """Return a whole number."""
        found = self.number(name)
        return default if found is None else int(found)

    def user(self, name: str = "user") -> User:
        """Return the acting person, by id or name."""
        user = self.find_user(self.text(name))
        if not user.is_person:
            raise Misuse("not_a_person", f"{user.name} is a bot; nobody can act as it")
        if user.deleted:
            raise Misuse("deactivated", f"{user.name} is deactivated")
        return user

    def find_user(self, named: str) -> User:
        """Return a user by id or name, with or without an @."""
        users = self.workspace.users
        wanted = named.removeprefix("@")
        if wanted in users:
            return users[wanted]
        for user in users.values():
            if wanted in (user.name, user.display_name, user.email) and wanted:
                return user
        people = ", ".join(user.name for user in users.values() if user.is_person)
        raise Misuse("user_not_found", f"nobody is called {named!r}; there are {people}")

    def app(self) -> App:
        """Return the app that `app` names by id; without it, the first one."""
        apps = self.workspace.apps
        wanted = self.text("app", apps[0].id)
        app = next((app for app in apps if app.id == wanted), None)
        if app is None:
            names = ", ".join(app.id for app in apps)
            raise Misuse("app_not_found", f"there is no app {wanted!r}; there are: {names}")
        return app

    def channel(self, viewer: User | None = None, name: str = "channel") -> Channel:
        """Return a conversation: by id, by name, or a direct message by the other person's `@name` or id."""
        named = self.text(name)
        channel = self.find_channel(named, viewer)
        if channel is None or (viewer is not None and not may_see(channel, viewer.id)):
            raise Misuse("channel_not_found", f"{viewer.name if viewer else 'nobody'} sees no conversation {named!r}")
        return channel

    def find_channel(self, named: str, viewer: User | None) -> Channel | None:
        """Return a conversation, even one the viewer must not see."""
        workspace = self.workspace
        if named in workspace.channels:
            return workspace.channels[named]
        if viewer is not None and (named.startswith("@") or named in workspace.users):
            return workspace.direct(viewer.id, self.find_user(named).id)
        return workspace.channel_named(named.removeprefix("#"))

    def message(self, channel: Channel, viewer: User, ts: str) -> Message:
        """Return a message the viewer sees, including ephemeral ones for them."""
        message = channel.messages.get(ts)
        if message is None:
            whispers = self.workspace.ephemerals.get((viewer.id, channel.id), [])
            message = next((whisper for whisper in whispers if whisper.ts == ts), None)
        if message is None:
            raise Misuse("message_not_found", f"{viewer.name} sees no message {ts} in {channel.name or channel.id}")
        return message


def _finite(value: Any) -> float:
    """Convert to a number that JSON can hold: infinity and NaN raise ValueError."""
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(value)
    return number


def sought(found: list[T], what: str, offered: Callable[[], list[str]]) -> T:
    """Return the only match, or raise with what there is to choose from."""
    if len(found) == 1:
        return found[0]
    names = ", ".join(dict.fromkeys(offered())) or "none"
    if not found:
        raise Misuse("not_found", f"there is no {what}; there are: {names}")
    raise Misuse("ambiguous", f"{what} is there {len(found)} times; say which; there are: {names}")
