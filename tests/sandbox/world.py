"""The workspace of these tests, and the people who act in it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

from sandbox.manifest import Command, Manifest, Shortcut
from sandbox.server import Sandbox
from sandbox.state.changes import Change
from sandbox.workspace_file import ChannelSeed, Seed, UsergroupSeed, UserSeed, WorkspaceSeed

Json = dict[str, Any]
Refused = Callable[[Awaitable[Any]], Awaitable[Json]]

SEED = Seed(
    workspace=WorkspaceSeed(id="T01TEST", name="Test Corp", domain="test-corp"),
    users=(
        UserSeed(id="U01ANA", name="ana", real_name="Ana Ruiz", email="ana@example.com", tz="America/New_York"),
        UserSeed(id="U01BEN", name="ben", real_name="Ben Okafor", email="Ben@Example.com", tz="Europe/Berlin"),
        UserSeed(id="U01CY", name="cy", real_name="Cy Young", email="cy@example.com"),
        UserSeed(id="U01DEL", name="del", real_name="Del Gone", email="del@example.com", deleted=True),
        UserSeed(id="U01GUEST", name="guest", real_name="Gus Guest", is_ultra_restricted=True, is_restricted=True),
        UserSeed(id="U01MULTI", name="multi", real_name="Mu Guest", is_restricted=True),
    ),
    channels=(
        ChannelSeed(id="C01GENERAL", name="general", members=("U01ANA", "U01BEN", "U01CY", "U01GUEST")),
        ChannelSeed(id="C01FEED", name="feed", members=("U01ANA", "U0SANDBOX1")),
        ChannelSeed(id="C01SECRET", name="secret", members=("U01ANA",), is_private=True),
        ChannelSeed(id="C01SHARED", name="shared", members=("U0SANDBOX1",), is_ext_shared=True),
        ChannelSeed(id="C01OLD", name="old", members=("U01ANA", "U0SANDBOX1"), is_archived=True),
    ),
    usergroups=(UsergroupSeed(id="S01CSM", handle="csms", users=("U01ANA", "U01BEN")),),
)

COMMANDS = (Command("/escalate", "Declare"), Command("/spell", should_escape=True))
SHORTCUTS = (Shortcut("declare", "Declare", "global"), Shortcut("from_message", "Escalate this", "message"))


def manifest(**changes: Any) -> Manifest:
    """Return the manifest of an app that may do everything, with commands and shortcuts, but for `changes`."""
    return Manifest(
        **{"name": "Tester", "display_name": "Tester", "commands": COMMANDS, "shortcuts": SHORTCUTS} | changes
    )


@dataclass(frozen=True)
class Person:
    """The control API, through which a test acts as any person."""

    http: aiohttp.ClientSession

    async def do(self, name: str, /, **body: Any) -> Json:
        """Make a control call that has to succeed."""
        status, answer = await self.tried(name, **body)
        assert status == 200, answer
        return answer

    async def tried(self, name: str, /, **body: Any) -> tuple[int, Json]:
        async with self.http.post(f"/_sandbox/{name}", json=body) as response:
            return response.status, await response.json()

    async def look(self, name: str, /, **query: Any) -> Json:
        async with self.http.get(f"/_sandbox/{name}", params=query) as response:
            answer: Json = await response.json()
            assert response.status == 200, answer
            return answer

    async def undo(self, name: str, /, **query: Any) -> Json:
        async with self.http.delete(f"/_sandbox/{name}", params=query) as response:
            answer: Json = await response.json()
            return answer

    async def messages(self, user: str, channel: str, **query: Any) -> list[Json]:
        """Return what a person sees, without the notices that Slack writes itself."""
        answer = await self.look("messages", user=user, channel=channel, **query)
        return [m for m in answer["messages"] if m.get("subtype") not in ("channel_join", "bot_add")]

    async def say(self, user: str, channel: str, text: str, **more: Any) -> str:
        """Write a message and return its `ts`."""
        return str((await self.do("message", user=user, channel=channel, text=text, **more))["ts"])

    async def top(self, user: str) -> Json:
        """Return the modal a person has before them."""
        views: list[Json] = (await self.look("views", user=user))["views"]
        return views[-1]


class Watch:
    """Counts changes of one kind, and lets a test wait for them."""

    def __init__(self, sandbox: Sandbox, kind: str) -> None:
        self._kind = kind
        self._seen = 0
        self._arrived = asyncio.Event()
        sandbox.workspace.changes.listen(self)

    def __call__(self, change: Change) -> None:
        if change.kind == self._kind:
            self._seen += 1
            self._arrived.set()

    async def for_times(self, times: int) -> None:
        async with asyncio.timeout(60):
            while self._seen < times:
                self._arrived.clear()
                await self._arrived.wait()
