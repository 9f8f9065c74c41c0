"""Actions of people: messages, files, reactions, reading, opening an app's Home tab."""

import base64
import html
import re
from typing import Any

from sandbox.control.asked import Asked
from sandbox.control.channels import open_to
from sandbox.control.interact import Hands
from sandbox.delivery.payloads import entities, event
from sandbox.errors import Misuse
from sandbox.state import posting
from sandbox.state.channels import DIRECT, Channel
from sandbox.state.files import File
from sandbox.state.messages import Message
from sandbox.state.people import User
from sandbox.state.wire import file_json

Json = dict[str, Any]

BROADCASTS = {"@here": "<!here>", "@channel": "<!channel>", "@everyone": "<!everyone>"}
ADDRESS = re.compile(r"https?://[^\s<>|]+")
MENTION = re.compile(r"<@(\w+)>")
LONGEST = 40_000

SAID = frozenset({None, "file_share", "thread_broadcast", "me_message"})
"""The kinds of message that a person wrote."""


def message(_hands: Hands, asked: Asked) -> Json:
    """Post a message as a person, in a channel, a thread or a direct message."""
    asked.only("user", "channel", "text", "thread_ts", "broadcast", "files")
    user = asked.user()
    channel = open_to(asked, user)
    text = asked.text("text", "")
    files = _files(asked, user)
    if not text.strip() and not files:
        raise Misuse("no_text", "a message without text and files says nothing")
    if len(text) > LONGEST:
        raise Misuse("msg_too_long", f"a message has {LONGEST} characters at most")
    if channel.kind == DIRECT:
        _check_messages_tab(asked, channel, user)
    head = _head(asked, channel)
    for file_id in files:
        if not asked.workspace.files[file_id].shares:  # not shared before
            asked.workspace.changes.tell("file_created", file_id=file_id, user=user.id, channels=[channel.id])
    posted = posting.post(
        asked.workspace,
        channel,
        Message(
            ts=asked.workspace.new_ts(channel),
            user=user.id,
            text=typed(asked, text),
            subtype="file_share" if files else None,
            files=files,
            thread_ts=head,
            broadcast=bool(head and asked.given.get("broadcast")),
            extra={"client_msg_id": asked.workspace.ids.new("M")},
        ),
    )
    for file_id in files:
        asked.workspace.changes.tell("file_shared", channel=channel, file_id=file_id, user=user.id)
    return {"ts": posted.ts, "channel": channel.id}


def edit(_hands: Hands, asked: Asked) -> Json:
    """Edit one's own message."""
    asked.only("user", "channel", "ts", "text")
    user = asked.user()
    channel, found = _own(asked, user)
    text = asked.text("text")
    if not text.strip():
        raise Misuse("no_text", "a message without text says nothing; delete it instead")
    posting.edit(asked.workspace, channel, found, user.id, text=typed(asked, text))
    return {"ts": found.ts}


def delete(_hands: Hands, asked: Asked) -> Json:
    """Delete a message: one's own, or as an administrator anybody's."""
    asked.only("user", "channel", "ts")
    user = asked.user()
    channel, found = _anybodys(asked, user) if user.is_admin or user.is_owner else _own(asked, user)
    posting.delete(asked.workspace, channel, found)
    return {"ts": found.ts}


def _anybodys(asked: Asked, user: User) -> tuple[Channel, Message]:
    channel = open_to(asked, user)
    return channel, asked.message(channel, user, asked.text("ts"))


def _own(asked: Asked, user: User) -> tuple[Channel, Message]:
    channel = open_to(asked, user)
    found = asked.message(channel, user, asked.text("ts"))
    if found.user != user.id or found.subtype not in SAID:
        raise Misuse("not_yours", f"{user.name} has not said that")
    return channel, found


def upload(_hands: Hands, asked: Asked) -> Json:
    """Upload a file, in base64, to share in a message."""
    asked.only("user", "name", "content", "title")
    user = asked.user()
    try:
        content = base64.b64decode(asked.text("content"), validate=True)
    except ValueError as error:
        raise Misuse("not_base64", "'content' is the file in base64") from error
    workspace = asked.workspace
    name = asked.text("name")
    file = File(workspace.ids.new("F"), name, asked.text("title", name), user.id, workspace.moment(), content)
    workspace.files[file.id] = file
    return {"file": file_json(workspace, file)}


def typed(asked: Asked, text: str) -> str:
    """Return typed text as Slack stores it: `<>&` escaped, names and URLs converted to mentions and links.

    `<@U012>` stays a mention if there is such a user, so that scripts need not know names.
    """
    users = asked.workspace.users
    mentioned = {f"<@{user_id}>" for user_id in MENTION.findall(text) if user_id in users}
    escaped = html.escape(text, quote=False)
    for mention in mentioned:
        escaped = escaped.replace(html.escape(mention), mention)
    return "".join(_word(asked, word) for word in re.split(r"(\s+)", escaped))


def _word(asked: Asked, word: str) -> str:
    core = word.rstrip(".,;:!?)")
    tail = word[len(core) :]
    if core in BROADCASTS:
        return BROADCASTS[core] + tail
    if core.startswith("@") and (user := next((u for u in asked.workspace.users.values() if u.name == core[1:]), None)):
        return f"<@{user.id}>{tail}"
    if core.startswith("#") and (channel := asked.workspace.channel_named(core[1:])):
        return f"<#{channel.id}|{channel.name}>{tail}"
    return f"<{core}>{tail}" if ADDRESS.fullmatch(core) else word


def _check_messages_tab(asked: Asked, channel: Channel, user: User) -> None:
    app = asked.workspace.app_of(channel.other(user.id))
    if app and (not app.manifest.messages_tab or app.manifest.messages_tab_read_only):
        raise Misuse("messages_tab_disabled", f"{app.manifest.display_name} takes no messages")


def _head(asked: Asked, channel: Channel) -> str | None:
    thread_ts = asked.text("thread_ts", "")
    if not thread_ts:
        return None
    found = channel.messages.get(thread_ts)
    if found is None:
        raise Misuse("thread_not_found", f"{channel.name} has no message {thread_ts}")
    return found.thread_ts if found.is_reply else found.ts


def _files(asked: Asked, user: User) -> list[str]:
    files = asked.given.get("files") or []
    known = asked.workspace.files
    if not isinstance(files, list) or any(f not in known or known[f].user != user.id for f in files):
        raise Misuse("file_not_found", "'files' lists ids of files that this person has uploaded")
    return files


def reaction(_hands: Hands, asked: Asked) -> Json:
    """Add a reaction to a message; with `remove`, remove it."""
    asked.only("user", "channel", "ts", "name", "remove")
    user = asked.user()
    channel = open_to(asked, user)
    found = asked.message(channel, user, asked.text("ts"))
    if found.extra.get("is_ephemeral"):
        raise Misuse("ephemeral", "messages that only one person sees take no reactions")
    name = asked.text("name").strip(":")
    there = user.id in found.reactions.get(name, ())
    if asked.given.get("remove"):
        if not there:
            raise Misuse("no_reaction", f"{user.name} has not reacted with {name}")
        posting.unreact(asked.workspace, channel, found, user.id, name)
    elif there:
        raise Misuse("already_reacted", f"{user.name} has already reacted with {name}")
    else:
        posting.react(asked.workspace, channel, found, user.id, name)
    return {"ok": True}


async def home(hands: Hands, asked: Asked) -> Json:
    """Open an app's Home or Messages tab; the app gets `app_home_opened` if it is subscribed."""
    asked.only("user", "app", "tab", "channel")
    user = asked.user()
    workspace = hands.workspace
    app = asked.app()
    tab = asked.text("tab", "home")
    if tab not in ("home", "messages") or (tab == "home" and not app.manifest.home_tab):
        raise Misuse("no_tab", f"{app.manifest.display_name} has no {tab} tab")
    channel = workspace.direct(user.id, app.user_id)
    view = workspace.views.home(app.id, user.id)
    inner: Json = {"type": "app_home_opened", "user": user.id, "channel": channel.id, "tab": tab}
    inner["event_ts"] = workspace.new_ts()
    if view is not None and tab == "home":
        inner["view"] = view.as_json()
    if tab == "messages" and app.manifest.agent_view:
        inner["context"] = entities(workspace, asked.channel(user).id if asked.text("channel", "") else None)
    sent = app.hears("app_home_opened")
    if sent:
        receipt = await hands.courier.announce(app, "app_home_opened", event(workspace, app, inner))
        if not receipt.acknowledged:
            return {"timeout": True, "failure": receipt.failure, "channel": channel.id, "view": None}
    view = workspace.views.home(app.id, user.id)
    return {"sent": sent, "channel": channel.id, "view": view.as_json() if view else None}


def read(_hands: Hands, asked: Asked) -> Json:
    """Mark a conversation as read, up to `ts` or to its end."""
    asked.only("user", "channel", "ts")
    user = asked.user()
    channel = asked.channel(user)
    latest = channel.messages.latest
    ts = asked.text("ts", latest.ts if latest else "")
    if ts and user.id in channel.members:
        posting.read(asked.workspace, channel, user.id, ts)
    return {"unread": len(channel.unread(user.id))}
