"""Saving the state to a file, so that a sandbox can continue later.

Saved are people, conversations, messages, files, Home tabs and scheduled messages. Not saved are open modals, ephemeral
messages, triggers, response_urls and faults, which are short-lived.
"""

import asyncio
import base64
import contextlib
import json
import time
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, TypeVar

from sandbox.errors import BadFile
from sandbox.ids import Ids
from sandbox.reading import read_state
from sandbox.state.agents import AgentThread
from sandbox.state.calls import VoiceCall
from sandbox.state.changes import Change
from sandbox.state.channels import Channel, Note
from sandbox.state.connect import Invite
from sandbox.state.documents import Canvas, Item, Section, SlackList
from sandbox.state.files import File
from sandbox.state.messages import Message, Timeline
from sandbox.state.people import User, Usergroup
from sandbox.state.scheduled import Scheduled
from sandbox.state.views import View, Views
from sandbox.state.workspace import Workspace

Json = dict[str, Any]
T = TypeVar("T")

VERSION = 1
PAUSE = 1.0
"""The least real seconds between a change and its saving; more if saving takes long."""

MOMENTARY = frozenset(
    {"call", "delivery", "ephemeral_posted", "ephemeral_changed", "ephemeral_deleted", "faults", "clock"}
)
"""Changes that don't affect the saved state."""


def dump(workspace: Workspace) -> Json:
    """Return the state as JSON."""
    return {
        "version": VERSION,
        "team": workspace.team.id,
        "now": workspace.now(),
        "ids": workspace.ids.used,
        "revoked": [app.id for app in workspace.apps if app.revoked],
        "users": [asdict(user) for user in workspace.users.values()],
        "usergroups": [asdict(group) for group in workspace.usergroups.values()],
        "channels": [_flat(channel) for channel in workspace.channels.values()],
        "files": [_flat(file) for file in workspace.files.values()],
        "canvases": [asdict(canvas) for canvas in workspace.canvases.values()],
        "lists": [asdict(found) for found in workspace.lists.values()],
        "scheduled": [asdict(waiting) for waiting in workspace.scheduled.values()],
        "threads": [asdict(thread) for thread in workspace.threads.values()],
        "voice_calls": [asdict(held) for held in workspace.voice_calls.values()],
        "invites": [asdict(invite) for invite in workspace.invites.values()],
        "homes": [asdict(view) for view in workspace.views.homes()],
    }


def _flat(record: Channel | File) -> Json:
    """Return a record as JSON if some of its fields are not."""
    answer = {item.name: getattr(record, item.name) for item in fields(record)}
    if isinstance(record, Channel):
        answer |= {"topic": asdict(record.topic), "purpose": asdict(record.purpose)}
        answer["messages"] = [asdict(message) for message in record.messages]
    else:
        answer["content"] = base64.b64encode(record.content).decode()
    return answer


def load(workspace: Workspace, saved: Json) -> None:
    """Replace the state by a saved one. People added to the workspace file since are added."""
    if saved.get("version") != VERSION or saved.get("team") != workspace.team.id:
        raise BadFile("the state is of another version or another workspace; remove the file to begin afresh")
    seeded, bots = list(workspace.users.values()), {app.user_id for app in workspace.apps}
    workspace.clear()
    workspace.ids = Ids(saved["ids"])
    workspace.views = Views(workspace.ids)
    workspace.users = _by_id(_many(User, saved["users"]))
    workspace.users |= {user.id: user for user in seeded if user.id in bots or user.id not in workspace.users}
    workspace.usergroups = _by_id(_many(Usergroup, saved["usergroups"]))
    for row in saved["channels"]:
        workspace.add_channel(_channel(row))
    files = [row | {"content": base64.b64decode(row["content"])} for row in saved["files"]]
    workspace.files = _by_id(_many(File, files))
    workspace.canvases = _by_id([_canvas(row) for row in saved["canvases"]])
    workspace.lists = _by_id([_list(row) for row in saved["lists"]])
    scheduled = [row | {"message": Message(**row["message"])} for row in saved["scheduled"]]
    workspace.scheduled = _by_id(_many(Scheduled, scheduled))
    workspace.voice_calls = _by_id(_many(VoiceCall, saved.get("voice_calls", [])))
    workspace.invites = _by_id(_many(Invite, saved.get("invites", [])))
    threads = _many(AgentThread, saved.get("threads", []))  # a file of an older sandbox has none
    workspace.threads = {(thread.channel, thread.ts): thread for thread in threads}
    for view in _many(View, saved["homes"]):
        workspace.views.publish(view)
    for app in workspace.apps:
        app.revoked = app.id in saved["revoked"]
    if saved["now"] > workspace.now():
        workspace.clock.set(now=saved["now"])


def _many(kind: type[T], rows: list[Json]) -> list[T]:
    return [kind(**row) for row in rows]


def _by_id(records: list[T]) -> dict[str, T]:
    return {record.id: record for record in records}  # type: ignore[attr-defined]  # every record here has an id


def _channel(row: Json) -> Channel:
    messages = Timeline()
    for message in row["messages"]:
        messages.add(Message(**message))
    notes = {name: Note(**row[name]) for name in ("topic", "purpose")}
    return Channel(**row | notes | {"messages": messages})


def _canvas(row: Json) -> Canvas:
    return Canvas(**row | {"sections": [Section(**section) for section in row["sections"]]})


def _list(row: Json) -> SlackList:
    return SlackList(**row | {"items": {key: Item(**item) for key, item in row["items"].items()}})


class StateSaver:
    """Saves the state soon after each change, and at the end."""

    def __init__(self, workspace: Workspace, path: Path) -> None:
        self._workspace = workspace
        self._path = path
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def restore(self) -> None:
        """Load the saved state, if any. Raises BadFile if it is invalid."""
        found = read_state(self._path)
        if found is None:
            return
        try:
            load(self._workspace, found)
        except (ValueError, KeyError, TypeError, AttributeError, BadFile) as error:
            raise BadFile(f"{self._path}: {error}") from error

    def start(self) -> None:
        """Start listening for changes."""
        self._workspace.changes.listen(self)
        self._task = asyncio.get_running_loop().create_task(self._keep())

    def __call__(self, change: Change) -> None:
        """Handle a change."""
        if change.kind not in MOMENTARY:
            self._changed.set()

    async def stop(self) -> None:
        """Save for the last time."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self.save()

    def save(self) -> float:
        """Write the file atomically; return how many seconds it took."""
        started = time.perf_counter()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_name(f"{self._path.name}.new")
        draft.write_text(json.dumps(dump(self._workspace)), encoding="utf-8")
        draft.replace(self._path)
        return time.perf_counter() - started

    async def _keep(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            took = self.save()
            await asyncio.sleep(max(PAUSE, 20 * took))
