"""Actions of people: messages, files, reactions, reading, opening an app's Home tab."""

import base64
import html
import re
from typing import Any

from sandbox.control.channels import open_to
from sandbox.control.control_call import ControlCall
from sandbox.control.interact import Interactions
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


def message(_interactions: Interactions, call: ControlCall) -> Json:
    """Post a message as a person, in a channel, a thread or a direct message."""
    call.only("user", "channel", "text", "thread_ts", "broadcast", "files")
    user = call.user()
    channel = open_to(call, user)
    text = call.text("text", "")
    files = _files(call, user)
    if not text.strip() and not files:
        raise Misuse("no_text", "a message without text and files says nothing")
    if len(text) > LONGEST:
        raise Misuse("msg_too_long", f"a message has {LONGEST} characters at most")
    if channel.kind == DIRECT:
        _check_messages_tab(call, channel, user)
    head = _head(call, channel)
    for file_id in files:
        if not call.workspace.files[file_id].shares:  # not shared before
            call.workspace.changes.tell("file_created", file_id=file_id, user=user.id, channels=[channel.id])
    posted = posting.post(
        call.workspace,
        channel,
        Message(
            ts=call.workspace.new_ts(channel),
            user=user.id,
            text=typed(call, text),
            subtype="file_share" if files else None,
            files=files,
            thread_ts=head,
            broadcast=bool(head and call.given.get("broadcast")),
            extra={"client_msg_id": call.workspace.ids.new("M")},
        ),
    )
    for file_id in files:
        call.workspace.changes.tell("file_shared", channel=channel, file_id=file_id, user=user.id)
    return {"ts": posted.ts, "channel": channel.id}


def edit(_interactions: Interactions, call: ControlCall) -> Json:
    """Edit one's own message."""
    call.only("user", "channel", "ts", "text")
    user = call.user()
    channel, found = _own(call, user)
    text = call.text("text")
    if not text.strip():
        raise Misuse("no_text", "a message without text says nothing; delete it instead")
    posting.edit(call.workspace, channel, found, user.id, text=typed(call, text))
    return {"ts": found.ts}


def delete(_interactions: Interactions, call: ControlCall) -> Json:
    """Delete a message: one's own, or as an administrator anybody's."""
    call.only("user", "channel", "ts")
    user = call.user()
    channel, found = _anybodys(call, user) if user.is_admin or user.is_owner else _own(call, user)
    posting.delete(call.workspace, channel, found)
    return {"ts": found.ts}


def _anybodys(call: ControlCall, user: User) -> tuple[Channel, Message]:
    channel = open_to(call, user)
    return channel, call.message(channel, user, call.text("ts"))


def _own(call: ControlCall, user: User) -> tuple[Channel, Message]:
    channel = open_to(call, user)
    found = call.message(channel, user, call.text("ts"))
    if found.user != user.id or found.subtype not in SAID:
        raise Misuse("not_yours", f"{user.name} has not said that")
    return channel, found


def upload(_interactions: Interactions, call: ControlCall) -> Json:
    """Upload a file, in base64, to share in a message."""
    call.only("user", "name", "content", "title")
    user = call.user()
    try:
        content = base64.b64decode(call.text("content"), validate=True)
    except ValueError as error:
        raise Misuse("not_base64", "'content' is the file in base64") from error
    workspace = call.workspace
    name = call.text("name")
    file = File(workspace.ids.new("F"), name, call.text("title", name), user.id, workspace.moment(), content)
    workspace.files[file.id] = file
    return {"file": file_json(workspace, file)}


def typed(call: ControlCall, text: str) -> str:
    """Return typed text as Slack stores it: `<>&` escaped, names and URLs converted to mentions and links.

    `<@U012>` stays a mention if there is such a user, so that scripts need not know names.
    """
    users = call.workspace.users
    mentioned = {f"<@{user_id}>" for user_id in MENTION.findall(text) if user_id in users}
    escaped = html.escape(text, quote=False)
    for mention in mentioned:
        escaped = escaped.replace(html.escape(mention), mention)
    return "".join(_word(call, word) for word in re.split(r"(\s+)", escaped))


def _word(call: ControlCall, word: str) -> str:
    core = word.rstrip(".,;:!?)")
    tail = word[len(core) :]
    if core in BROADCASTS:
        return BROADCASTS[core] + tail
    if core.startswith("@") and (user := next((u for u in call.workspace.users.values() if u.name == core[1:]), None)):
        return f"<@{user.id}>{tail}"
    if core.startswith("#") and (channel := call.workspace.channel_named(core[1:])):
        return f"<#{channel.id}|{channel.name}>{tail}"
    return f"<{core}>{tail}" if ADDRESS.fullmatch(core) else word


def _check_messages_tab(call: ControlCall, channel: Channel, user: User) -> None:
    app = call.workspace.app_of(channel.other(user.id))
    if app and (not app.manifest.messages_tab or app.manifest.messages_tab_read_only):
        raise Misuse("messages_tab_disabled", f"{app.manifest.display_name} takes no messages")


def _head(call: ControlCall, channel: Channel) -> str | None:
    thread_ts = call.text("thread_ts", "")
    if not thread_ts:
        return None
    found = channel.messages.get(thread_ts)
    if found is None:
        raise Misuse("thread_not_found", f"{channel.name} has no message {thread_ts}")
    return found.thread_ts if found.is_reply else found.ts


def _files(call: ControlCall, user: User) -> list[str]:
    files = call.given.get("files") or []
    known = call.workspace.files
    if not isinstance(files, list) or any(f not in known or known[f].user != user.id for f in files):
        raise Misuse("file_not_found", "'files' lists ids of files that this person has uploaded")
    return files


def reaction(_interactions: Interactions, call: ControlCall) -> Json:
    """Add a reaction to a message; with `remove`, remove it."""
    call.only("user", "channel", "ts", "name", "remove")
    user = call.user()
    channel = open_to(call, user)
    found = call.message(channel, user, call.text("ts"))
    if found.extra.get("is_ephemeral"):
        raise Misuse("ephemeral", "messages that only one person sees take no reactions")
    name = call.text("name").strip(":")
    there = user.id in found.reactions.get(name, ())
    if call.given.get("remove"):
        if not there:
            raise Misuse("no_reaction", f"{user.name} has not reacted with {name}")
        posting.unreact(call.workspace, channel, found, user.id, name)
    elif there:
        raise Misuse("already_reacted", f"{user.name} has already reacted with {name}")
    else:
        posting.react(call.workspace, channel, found, user.id, name)
    return {"ok": True}


async def home(interactions: Interactions, call: ControlCall) -> Json:
    """Open an app's Home or Messages tab; the app gets `app_home_opened` if it is subscribed."""
    call.only("user", "app", "tab", "channel")
    user = call.user()
    workspace = interactions.workspace
    app = call.app()
    tab = call.text("tab", "home")
    if tab not in ("home", "messages") or (tab == "home" and not app.manifest.home_tab):
        raise Misuse("no_tab", f"{app.manifest.display_name} has no {tab} tab")
    channel = workspace.direct(user.id, app.user_id)
    view = workspace.views.home(app.id, user.id)
    inner: Json = {"type": "app_home_opened", "user": user.id, "channel": channel.id, "tab": tab}
    inner["event_ts"] = workspace.new_ts()
    if view is not None and tab == "home":
        inner["view"] = view.as_json()
    if tab == "messages" and app.manifest.agent_view:
        inner["context"] = entities(workspace, call.channel(user).id if call.text("channel", "") else None)
    sent = app.hears("app_home_opened")
    if sent:
        receipt = await interactions.courier.announce(app, "app_home_opened", event(workspace, app, inner))
        if not receipt.acknowledged:
            return {"timeout": True, "failure": receipt.failure, "channel": channel.id, "view": None}
    view = workspace.views.home(app.id, user.id)
    return {"sent": sent, "channel": channel.id, "view": view.as_json() if view else None}


def read(_interactions: Interactions, call: ControlCall) -> Json:
    """Mark a conversation as read, up to `ts` or to its end."""
    call.only("user", "channel", "ts")
    user = call.user()
    channel = call.channel(user)
    latest = channel.messages.latest
    ts = call.text("ts", latest.ts if latest else "")
    if ts and user.id in channel.members:
        posting.read(call.workspace, channel, user.id, ts)
    return {"unread": len(channel.unread(user.id))}
