"""Server-sent events: every change as it happens, for the page and other listeners."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from sandbox.apps import App
from sandbox.recent import Recent
from sandbox.state.changes import Change
from sandbox.state.channels import Channel
from sandbox.state.messages import Message
from sandbox.state.people import User, Usergroup
from sandbox.state.views import View
from sandbox.state.wire import channel_json, message_json
from sandbox.state.workspace import Workspace

Json = dict[str, Any]

MOST_KEPT = 2_000
HEARTBEAT = 15.0
"""Seconds of silence after which a comment is sent, so that proxies keep the connection open."""


class Stream:
    """Numbers the changes and sends them to listeners, from where each left off."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._kept = Recent(MOST_KEPT)
        self._news = asyncio.Event()
        self._stopped = False
        self.last = 0

    def __call__(self, change: Change) -> None:
        """Handle a change."""
        if change.kind in ("call", "delivery"):
            self._keep(change.kind, f'"{change.kind}": {change.data["entry"]}')
            return
        if change.kind == "message_scheduled":
            return  # not visible before its time
        written = {name: self._written(value) for name, value in change.data.items()}
        if (channel := change.data.get("channel")) is not None:
            written["channel"] = channel.id
            if change.kind in CHANNEL_CHANGES:
                written["conversation"] = channel_json(self._workspace, channel, "") | {
                    "members": list(channel.members)
                }
            if (message := change.data.get("message")) is not None:
                written["message"] = message_json(self._workspace, channel, message, metadata=True, as_posted=True)
                written.pop("previous", None)
        if (view := change.data.get("view")) is not None:
            written["user"] = view.user
        self._keep(change.kind, json.dumps(written)[1:-1])

    def stop(self) -> None:
        """Disconnect every listener."""
        self._stopped = True
        self._wake()

    async def since(self, seq: int) -> AsyncIterator[str]:
        """Yield events in the SSE format; a `resync` comes first if some were dropped."""
        oldest = self._kept.oldest or self.last + 1
        if seq > self.last or seq + 1 < oldest:
            seq = self.last
            yield _event(seq, json.dumps({"seq": seq, "type": "resync"}))
        while not self._stopped:
            news = self._news
            for number, text in self._kept.after(seq):
                seq = number
                yield _event(number, text)
            try:
                await asyncio.wait_for(news.wait(), HEARTBEAT)
            except TimeoutError:
                yield ": still here\n\n"

    def _keep(self, kind: str, rest: str) -> None:
        self.last += 1
        head = f'"seq": {self.last}, "type": "{kind}"'
        self._kept.add(self.last, f"{{{head}, {rest}}}" if rest else f"{{{head}}}")
        self._wake()

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    def _written(self, value: Any) -> Any:
        if isinstance(value, View):
            return value.as_json()
        if isinstance(value, Usergroup):
            return value.as_json(self._workspace.team.id, with_users=True, with_count=True)
        if isinstance(value, User):
            return value.as_json(self._workspace.team.id, at=self._workspace.now(), with_email=True)
        if isinstance(value, App):
            return value.id
        if isinstance(value, (Channel, Message)):
            return None  # encoded above, where both are available
        return value


CHANNEL_CHANGES = frozenset(
    {
        "bookmarks_changed",
        "channel_archived",
        "channel_changed",
        "channel_created",
        "channel_renamed",
        "channel_unarchived",
        "conversation_opened",
        "member_joined",
        "member_left",
    }
)
"""Changes that are sent with the conversation as it is now."""


def _event(number: int, text: str) -> str:
    return f"id: {number}\ndata: {text}\n\n"
