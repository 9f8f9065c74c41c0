"""Queries: what a person sees, and what the workspace holds."""

import html
from typing import Any

from sandbox.control.control_call import ControlCall
from sandbox.control.places import home_of
from sandbox.errors import Misuse
from sandbox.manifest import warnings
from sandbox.state.channels import Channel
from sandbox.state.messages import Message
from sandbox.state.people import User
from sandbox.state.posting import may_see
from sandbox.state.wire import channel_json, file_json, message_json
from sandbox.state.workspace import Workspace

Json = dict[str, Any]

MOST_FOUND = 100


def views(call: ControlCall) -> Json:
    """Return the views a person has open, topmost last, as the app sent them."""
    call.only("user")
    user = call.user()
    return {"views": [view.as_json() for view in call.workspace.views.stack(user.id)]}


def home(call: ControlCall) -> Json:
    """Return the Home tab that was published for a person."""
    call.only("user", "app")
    return {"view": home_of(call, call.user()).as_json()}


def messages(call: ControlCall) -> Json:
    """Return what a person sees in a conversation, oldest first, with ephemeral messages.

    A thread if `thread_ts` is given.
    """
    call.only("user", "channel", "thread_ts", "limit", "before")
    user = call.find_user(call.text("user"))
    channel = call.channel(user)
    thread_ts = call.text("thread_ts", "")
    shown = [message for message in channel.messages if _belongs(message, thread_ts)]
    whispers = call.workspace.ephemerals.get((user.id, channel.id), [])
    shown += [message for message in whispers if _belongs(message, thread_ts)]
    shown.sort(key=lambda message: message.ts)
    if before := call.text("before", ""):
        shown = [message for message in shown if message.ts < before]
    limit = call.whole("limit", 0)
    more = bool(limit) and len(shown) > limit
    if more:
        shown = shown[-limit:]
    written = [message_json(call.workspace, channel, m, metadata=True, viewer=user.id, as_posted=True) for m in shown]
    return {"messages": written, "has_more": more, "channel": described(call.workspace, channel, user.id)}


def _belongs(message: Message, thread_ts: str) -> bool:
    if thread_ts:
        return thread_ts in (message.ts, message.thread_ts)
    return message.in_channel


def conversations(call: ControlCall) -> Json:
    """Return a person's side bar: conversations they are in or may join, with unread counts."""
    call.only("user")
    user = call.find_user(call.text("user"))
    seen = [channel for channel in call.workspace.channels.values() if may_see(channel, user.id)]
    return {"conversations": [described(call.workspace, channel, user.id) for channel in seen]}


def described(workspace: Workspace, channel: Channel, viewer: str) -> Json:
    """Return a conversation as the page draws it."""
    answer = channel_json(workspace, channel, viewer, with_count=True)
    answer |= {"members": list(channel.members), "kind": channel.kind, "bookmarks": list(channel.bookmarks)}
    answer["pins"] = [pin["ts"] for pin in channel.pins]
    latest = channel.messages.latest
    answer["latest"] = latest.ts if latest else None
    if viewer in channel.members:
        news = channel.unread(viewer)
        answer |= {"unread_count": len(news), "mention_count": sum(_mentions(message, viewer) for message in news)}
        if not channel.is_named:
            answer["mention_count"] = len(news)
    return answer


def _mentions(message: Message, user: str) -> bool:
    return f"<@{user}" in message.text or "<!channel>" in message.text or "<!here>" in message.text


def state(call: ControlCall) -> Json:
    """Return the workspace: people, channels, groups, files, apps."""
    call.only()
    workspace = call.workspace
    return {
        "workspace": vars(workspace.team),
        "apps": [_app(workspace, number) for number in range(len(workspace.apps))],
        "users": [
            user.as_json(workspace.team.id, at=workspace.now(), with_email=True) for user in workspace.users.values()
        ],
        "channels": [_channel(workspace, channel) for channel in workspace.channels.values()],
        "usergroups": [
            group.as_json(workspace.team.id, with_users=True, with_count=True)
            for group in workspace.usergroups.values()
        ],
        "files": [file_json(workspace, file) for file in workspace.files.values()],
        "emoji": dict(workspace.emoji),
        "clock": workspace.clock.as_json(),
    }


def _app(workspace: Workspace, number: int) -> Json:
    app = workspace.apps[number]
    manifest = app.manifest
    return {
        "id": app.id,
        "name": manifest.name,
        "description": manifest.description,
        "display_name": manifest.display_name,
        "background_color": manifest.background_color,
        "user_id": app.user_id,
        "bot_id": app.bot_id,
        "home_tab": manifest.home_tab,
        "messages_tab": manifest.messages_tab,
        "messages_tab_read_only": manifest.messages_tab_read_only,
        "commands": [vars(command) for command in manifest.commands],
        "shortcuts": [vars(shortcut) for shortcut in manifest.shortcuts],
        "warnings": warnings(manifest),
        "transport": "http" if app.events_url else "socket",
    }


def _channel(workspace: Workspace, channel: Channel) -> Json:
    viewer = channel.members[0] if channel.members else channel.creator
    answer = channel_json(workspace, channel, viewer, with_count=True)
    for personal in ("is_member", "last_read", "is_open", "user"):
        answer.pop(personal, None)
    pins = [
        pin | {"text": message.text} for pin in channel.pins if (message := channel.messages.get(pin["ts"])) is not None
    ]
    return answer | {
        "kind": channel.kind,
        "members": list(channel.members),
        "topic": channel.topic.value,
        "purpose": channel.purpose.value,
        "pins": pins,
        "bookmarks": list(channel.bookmarks),
    }


def search(call: ControlCall) -> Json:
    """Return messages that contain all the words, newest first, among those the person may see."""
    call.only("q", "user", "limit")
    user = call.find_user(call.text("user"))
    words = call.text("q").casefold().split()
    if not words:
        raise Misuse("missing", "'q' has to hold a word")
    workspace = call.workspace
    found = [
        (channel, message)
        for channel in workspace.channels.values()
        if may_see(channel, user.id)
        for message in channel.messages
        if _holds(message, words)
    ]
    found.sort(key=lambda match: match[1].ts, reverse=True)
    limit = call.whole("limit", MOST_FOUND)
    matches = [_match(workspace, channel, message, user) for channel, message in found[:limit]]
    return {"matches": matches, "total": len(found)}


def _match(workspace: Workspace, channel: Channel, message: Message, user: User) -> Json:
    return {
        "channel": {"id": channel.id, "name": channel.name or workspace.users[channel.other(user.id)].name},
        "message": message_json(workspace, channel, message, viewer=user.id, as_posted=True),
        "permalink": workspace.permalink(channel, message),
    }


def _holds(message: Message, words: list[str]) -> bool:
    text = html.unescape(f"{message.text} {_texts(message.blocks)}").casefold()
    return all(word in text for word in words)


def _texts(part: Any) -> str:
    """Return all text in blocks, at any depth."""
    if isinstance(part, list):
        return " ".join(_texts(item) for item in part)
    if isinstance(part, dict):
        return " ".join(
            value if isinstance(value, str) else _texts(value)
            for key, value in part.items()
            if key == "text" or isinstance(value, (list, dict))
        )
    return ""
