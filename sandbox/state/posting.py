"""Operations on messages: post, ephemeral, edit, delete, react, pin, read."""

from dataclasses import replace
from typing import Any

from sandbox.state import agents
from sandbox.state.channels import Channel
from sandbox.state.messages import Message
from sandbox.state.people import SLACKBOT
from sandbox.state.workspace import Workspace

WHISPERS = 50
"""The most ephemeral messages a person keeps in a conversation; Slack's clients drop them sooner."""

MOST_KEPT = 10_000
"""The most messages a conversation keeps; beyond it the least recently used unpinned message is dropped."""


def post(workspace: Workspace, channel: Channel, message: Message) -> Message:
    """Add a message to a conversation, and mark what is above as read by its author."""
    channel.messages.add(message)
    channel.last_read[message.user] = message.ts
    if not channel.is_named:
        channel.open_for = list(channel.members)
    if message.is_reply and message.thread_ts and (parent := channel.messages.get(message.thread_ts)):
        parent.thread_ts = parent.ts
        parent.replies.append(message.ts)
        channel.messages.touch(parent.ts)
        message.parent_user = parent.user
        if message.broadcast:
            message.subtype = "thread_broadcast"
    for file_id in message.files:
        workspace.files[file_id].shares.setdefault(channel.id, []).append(message.ts)
    if len(channel.messages) > MOST_KEPT:
        _forget_one(workspace, channel)
    workspace.changes.tell("message_posted", channel=channel, message=message)
    if message.app_id and message.is_reply:
        agents.answered(workspace, channel, message)
    return message


def _forget_one(workspace: Workspace, channel: Channel) -> None:
    """Drop the least recently used message, without an event."""
    _take_out(workspace, channel, next(message for message in channel.messages.by_use() if message.pinned is None))


def _take_out(workspace: Workspace, channel: Channel, message: Message) -> None:
    """Remove a message and update its thread; a parent without replies becomes a plain message again."""
    channel.messages.remove(message.ts)
    workspace.threads.pop((channel.id, message.ts), None)
    workspace.streams.pop((channel.id, message.ts), None)
    if message.is_reply and message.thread_ts and (parent := channel.messages.get(message.thread_ts)):
        parent.replies.remove(message.ts)
        if not parent.replies:
            parent.thread_ts = None


def notice(workspace: Workspace, channel: Channel, user: str, subtype: str, text: str, **extra: Any) -> Message:
    """Post one of Slack's system messages: somebody joined, set the topic, archived the channel."""
    ts = workspace.new_ts(channel)
    return post(workspace, channel, Message(ts=ts, user=user, text=text, subtype=subtype, extra=extra))


def whisper(workspace: Workspace, channel: Channel, user: str, message: Message) -> Message:
    """Show an ephemeral message to one person; it never enters the history."""
    message.extra = {"is_ephemeral": True}
    kept = workspace.ephemerals.setdefault((user, channel.id), [])
    kept.append(message)
    del kept[:-WHISPERS]
    workspace.changes.tell("ephemeral_posted", channel=channel, message=message, user=user)
    return message


def slackbot_says(workspace: Workspace, channel: Channel, user: str, text: str) -> Message:
    """Show a person an ephemeral message by Slackbot, as Slack does if an app does not respond."""
    return whisper(workspace, channel, user, Message(ts=workspace.new_ts(channel), user=SLACKBOT, text=text))


def edit(workspace: Workspace, channel: Channel, message: Message, by: str | None, **changes: Any) -> None:
    """Change a message in place. With `by` it is marked as edited by that user."""
    previous = replace(message)
    for name, value in changes.items():
        setattr(message, name, value)
    if by is not None:
        message.edited = {"user": by, "ts": workspace.new_ts()}
    channel.messages.touch(message.ts)
    workspace.changes.tell("message_changed", channel=channel, message=message, previous=previous)


def delete(workspace: Workspace, channel: Channel, message: Message) -> None:
    """Delete a message; a thread's parent leaves a tombstone for its replies."""
    previous = replace(message)
    unpin(workspace, channel, message, message.user)
    if message.replies:
        message.text, message.subtype, message.user = "This message was deleted.", "tombstone", SLACKBOT
        message.blocks = message.attachments = message.bot_id = message.app_id = message.metadata = None
        message.reactions, message.files = {}, []
        message.extra = {"hidden": True}
        workspace.changes.tell("message_changed", channel=channel, message=message, previous=previous)
        return
    _take_out(workspace, channel, message)
    workspace.changes.tell("message_deleted", channel=channel, message=previous)


def react(workspace: Workspace, channel: Channel, message: Message, user: str, name: str) -> None:
    """Add a reaction. The caller checks that it is not there yet."""
    message.reactions.setdefault(name, []).append(user)
    channel.messages.touch(message.ts)
    workspace.changes.tell("reaction_added", channel=channel, message=message, user=user, name=name)


def unreact(workspace: Workspace, channel: Channel, message: Message, user: str, name: str) -> None:
    """Remove a reaction."""
    message.reactions[name].remove(user)
    if not message.reactions[name]:
        del message.reactions[name]
    workspace.changes.tell("reaction_removed", channel=channel, message=message, user=user, name=name)


def pin(workspace: Workspace, channel: Channel, message: Message, user: str) -> None:
    """Pin a message to its conversation."""
    at = workspace.moment()
    message.pinned = {"channel": channel.id, "pinned_by": user, "pinned_ts": at}
    channel.pins.append({"ts": message.ts, "created": at, "created_by": user})
    workspace.changes.tell("pin_added", channel=channel, message=message, user=user)


def unpin(workspace: Workspace, channel: Channel, message: Message, user: str) -> None:
    """Unpin a message, if it is pinned."""
    if message.pinned is None:
        return
    message.pinned = None
    channel.pins = [item for item in channel.pins if item["ts"] != message.ts]
    workspace.changes.tell("pin_removed", channel=channel, message=message, user=user)


def read(workspace: Workspace, channel: Channel, user: str, ts: str) -> None:
    """Mark a conversation as read up to `ts`."""
    channel.last_read[user] = ts
    workspace.changes.tell("read", channel=channel, user=user, ts=ts)


def may_see(channel: Channel, user: str) -> bool:
    """Return True if a user may see a conversation: members always, everybody for public channels."""
    return user in channel.members or not channel.is_private
