"""response_url: up to five responses to a command or interaction within half an hour."""

from dataclasses import dataclass
from typing import Any

from sandbox.api.content import WITHOUT_TEXT, content
from sandbox.apps import App
from sandbox.errors import SlackError
from sandbox.ids import secret
from sandbox.state import posting
from sandbox.state.channels import Channel
from sandbox.state.messages import Message
from sandbox.state.workspace import Workspace

Json = dict[str, Any]

USES = 5
LIFE = 30 * 60
"""Seconds on the sandbox's clock."""

MOST_REMEMBERED = 1000


@dataclass
class ResponseTarget:
    """The target of a response_url: a conversation, the acting person, and the message they acted in, if any."""

    app: App
    user: str
    channel: Channel
    message: Message | None
    opened_at: float
    uses: int = 0


class Responses:
    """Creates response_urls and processes what is posted to them."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._doors: dict[str, ResponseTarget] = {}

    def clear(self) -> None:
        """Invalidate every response_url."""
        self._doors.clear()

    def url(self, app: App, user: str, channel: Channel, message: Message | None = None) -> str:
        """Return a new response_url."""
        if len(self._doors) >= MOST_REMEMBERED:
            del self._doors[next(iter(self._doors))]
        key = secret(32)
        self._doors[key] = ResponseTarget(app, user, channel, message, self._workspace.now())
        return f"{self._workspace.base_url}/respond/{self._workspace.team.id}/{key}"

    def answer(self, key: str, body: Json) -> None:
        """Process a body posted to a response_url. Raises SlackError."""
        door = self._doors.get(key)
        if door is None or self._workspace.now() - door.opened_at > LIFE:
            raise SlackError("expired_url")
        if door.uses >= USES:
            raise SlackError("used_url")
        self.say(door, body)
        door.uses += 1

    def say(self, door: ResponseTarget, body: Json) -> None:
        """Post, replace or delete a message, as a response or an acknowledgement requests."""
        original = door.message
        if original is not None and body.get("delete_original"):
            self._delete(door, original)
            return
        found = content(body)
        if found.is_empty:
            raise SlackError("no_text")
        text = found.text or (WITHOUT_TEXT if found.blocks else "")
        if original is not None and body.get("replace_original"):
            changes = {"text": text, "blocks": found.blocks, "attachments": found.attachments}
            self._replace(door, original, changes)
            return
        message = Message(
            ts=self._workspace.new_ts(door.channel),
            user=door.app.user_id,
            text=text,
            bot_id=door.app.bot_id,
            app_id=door.app.id,
            blocks=found.blocks,
            attachments=found.attachments,
            metadata=found.metadata,
            thread_ts=_thread(door.channel, body.get("thread_ts")),
        )
        if body.get("response_type") == "in_channel":
            posting.post(self._workspace, door.channel, message)
        else:
            posting.whisper(self._workspace, door.channel, door.user, message)

    def _replace(self, door: ResponseTarget, original: Message, changes: Json) -> None:
        if not original.extra.get("is_ephemeral"):
            posting.edit(self._workspace, door.channel, original, None, **changes)
            return
        for name, value in changes.items():
            setattr(original, name, value)
        self._workspace.changes.tell("ephemeral_changed", channel=door.channel, message=original, user=door.user)

    def _delete(self, door: ResponseTarget, original: Message) -> None:
        if not original.extra.get("is_ephemeral"):
            posting.delete(self._workspace, door.channel, original)
            return
        shown = self._workspace.ephemerals.get((door.user, door.channel.id), [])
        if original in shown:
            shown.remove(original)
        self._workspace.changes.tell("ephemeral_deleted", channel=door.channel, message=original, user=door.user)


def _thread(channel: Channel, thread_ts: object) -> str | None:
    head = channel.messages.get(str(thread_ts)) if thread_ts else None
    return head.ts if head else None
