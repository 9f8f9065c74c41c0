"""chat.*: posting, ephemeral messages, editing and deleting."""

from dataclasses import replace
from typing import Any

from sandbox.api.call import Call, Json
from sandbox.api.content import LONGEST_EDIT, LONGEST_TEXT, WITHOUT_TEXT, Content, content
from sandbox.errors import SlackError
from sandbox.state import posting
from sandbox.state.channels import DIRECT, PUBLIC, Channel
from sandbox.state.messages import Message
from sandbox.state.wire import message_json

LOOSE = frozenset({"channel_join", "channel_leave", "channel_archive", "channel_topic", "channel_purpose", "bot_add"})
"""System messages, which nobody can reply to."""


def post_message(call: Call) -> Json:
    """Post a message as the bot."""
    channel = target(call)
    found = content(call.args)
    if found.is_empty:
        raise SlackError("no_text")
    message = posting.post(call.workspace, channel, draft(call, channel, found))
    answer: Json = {
        "channel": channel.id,
        "ts": message.ts,
        "message": message_json(call.workspace, channel, message, metadata=True),
    }
    return answer | warnings(found)


def me_message(call: Call) -> Json:
    """Post a message in the third person."""
    channel = target(call)
    found = content(call.args, longest=LONGEST_TEXT)
    if found.is_empty:
        raise SlackError("no_text")
    message = replace(draft(call, channel, found), subtype="me_message")
    posting.post(call.workspace, channel, message)
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(call: Call) -> Json:
    """Post an ephemeral message to one member of the conversation."""
    channel = target(call)
    # Metadata is ignored: ephemeral messages have none.
    found = content({name: value for name, value in call.args.items() if name != "metadata"}, longest=LONGEST_TEXT)
    if found.is_empty:
        raise SlackError("no_text")
    if call.text("user") not in channel.members:
        raise SlackError("user_not_in_channel")
    message = draft(call, channel, found)
    posting.whisper(call.workspace, channel, call.text("user"), message)
    return {"message_ts": message.ts}


def target(call: Call) -> Channel:
    """Return the conversation to post in, given by id, by name, or by the person to write to."""
    name = call.text("channel").removeprefix("#")
    channel = _addressed(call, name)
    if channel is None or not posting.may_see(channel, call.user):
        raise SlackError("channel_not_found")
    if channel.is_archived:
        raise SlackError("is_archived")
    if call.user not in channel.members and not (channel.kind == PUBLIC and call.app.allows("chat:write.public")):
        raise SlackError("not_in_channel")
    if channel.kind == DIRECT and not call.app.manifest.messages_tab:
        raise SlackError("messages_tab_disabled")
    return channel


def _addressed(call: Call, name: str) -> Channel | None:
    workspace = call.workspace
    if name in workspace.channels:
        return workspace.channels[name]
    if (user := workspace.users.get(name)) is not None:
        return None if user.deleted or user.is_bot else workspace.direct(call.user, user.id)
    return workspace.channel_named(name)


def draft(call: Call, channel: Channel, found: Content) -> Message:
    """Return a new message for a call, in the thread it belongs to."""
    head, disguise = _head(call, channel), _disguise(call)
    return Message(
        ts=call.workspace.new_ts(channel),
        user=call.user,
        text=found.text or (WITHOUT_TEXT if found.blocks else ""),
        subtype="bot_message" if disguise else None,
        bot_id=call.app.bot_id,
        app_id=call.app.id,
        blocks=found.blocks,
        attachments=found.attachments,
        metadata=found.metadata,
        thread_ts=head.ts if head else None,
        broadcast=bool(head and call.args.get("reply_broadcast")),
        extra=disguise,
        execution=call.execution,
    )


def _head(call: Call, channel: Channel) -> Message | None:
    """Return the parent message to reply to; a reply stands for its thread."""
    if not call.text("thread_ts"):
        return None
    message = channel.messages.get(call.text("thread_ts"))
    if message is None or message.subtype in LOOSE:
        raise SlackError("cannot_reply_to_message")
    return channel.messages.get(message.thread_ts) if message.is_reply and message.thread_ts else message


def _disguise(call: Call) -> Json:
    """Return the username and icon the app requests for this message; ignored without the scope."""
    if not call.app.allows("chat:write.customize"):
        return {}
    answer: Json = {"username": call.text("username")} if call.text("username") else {}
    if emoji := call.text("icon_emoji"):
        answer["icons"] = {"emoji": emoji}
    elif url := call.text("icon_url"):
        answer["icons"] = {"image_48": url}
    return answer


def update(call: Call) -> Json:
    """Edit a message of the bot.

    Blocks stay unless new blocks or a text are given; a text alone removes them. An edit by text alone is marked as
    edited, an edit by blocks is not. Metadata stays unless given; an empty object removes it.
    """
    channel = call.find_channel(call.text("channel"))
    message = call.message(channel, call.text("ts"))
    if channel.is_archived:
        raise SlackError("is_inactive")
    if message.app_id != call.app.id or message.subtype == "tombstone":
        raise SlackError("cant_update_message")
    found = content(call.args, longest=LONGEST_EDIT)
    if found.is_empty and found.blocks is None and found.attachments is None:
        raise SlackError("no_text")
    changes = _edits(message, found)
    if not changes["text"] and not changes["blocks"] and not changes["attachments"]:
        raise SlackError("no_text")
    broadcast = bool(call.args.get("reply_broadcast"))
    if broadcast and not message.is_reply:
        raise SlackError("cant_broadcast_message")
    if broadcast and not message.broadcast:
        changes |= {"broadcast": True, "subtype": "thread_broadcast"}
    posting.edit(call.workspace, channel, message, call.user if found.blocks is None else None, **changes)
    written = message_json(call.workspace, channel, message, metadata=True)
    answer: Json = {"channel": channel.id, "ts": message.ts, "text": message.text, "message": written}
    return answer | warnings(found)


def _edits(message: Message, found: Content) -> Json:
    keep = found.text is None
    changes: Json = {
        "text": message.text if found.text is None else found.text,
        "blocks": found.blocks if found.blocks is not None else (message.blocks if keep else None),
        "attachments": found.attachments if found.attachments is not None else (message.attachments if keep else None),
    }
    if not changes["text"] and changes["blocks"]:
        changes["text"] = WITHOUT_TEXT
    if found.metadata is not None:
        changes["metadata"] = found.metadata or None
    return changes


def delete(call: Call) -> Json:
    """Delete a message of the bot."""
    channel = call.find_channel(call.text("channel"))
    message = call.message(channel, call.text("ts"))
    if message.app_id != call.app.id:
        raise SlackError("cant_delete_message")
    posting.delete(call.workspace, channel, message)
    return {"channel": channel.id, "ts": message.ts}


def get_permalink(call: Call) -> Json:
    """Return the URL of a message."""
    channel = call.find_channel(call.text("channel"))
    message = call.message(channel, call.text("message_ts"))
    return {"channel": channel.id, "permalink": call.workspace.permalink(channel, message)}


def warnings(found: Content) -> Json:
    """Return the warnings for the response."""
    if not found.warnings:
        return {}
    joined: dict[str, Any] = {"warning": ",".join(found.warnings)}
    return joined | {"response_metadata": {"warnings": found.warnings}}


HANDLERS = {
    "chat.postMessage": post_message,
    "chat.meMessage": me_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": get_permalink,
}
