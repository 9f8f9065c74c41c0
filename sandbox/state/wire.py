"""JSON of messages and conversations as an app or a person sees them."""

from typing import Any

from sandbox.state import connect
from sandbox.state.channels import DIRECT, GROUP, NEVER_READ, PRIVATE, PUBLIC, Channel
from sandbox.state.composed import filled_in, rich_text
from sandbox.state.documents import Canvas
from sandbox.state.files import File
from sandbox.state.messages import Message
from sandbox.state.workspace import Workspace

Json = dict[str, Any]

CHANNEL_TYPES = {PUBLIC: "channel", PRIVATE: "group", DIRECT: "im", GROUP: "mpim"}
"""The four kinds of conversation as events name them."""

SAID = frozenset({None, "bot_message", "file_share", "me_message", "thread_broadcast"})
"""The kinds of message that somebody wrote."""


def message_json(
    workspace: Workspace,
    channel: Channel,
    message: Message,
    *,
    metadata: bool = False,
    viewer: str | None = None,
    as_posted: bool = False,
) -> Json:
    """Return a message as JSON, with metadata only if requested, and with the thread's unread state for `viewer`.

    Text without blocks gets Slack's `rich_text` block, unless `as_posted`, which the page uses.
    """
    answer: Json = {"type": "message"}
    if message.subtype:
        answer["subtype"] = message.subtype
    answer |= {"user": message.user, "text": message.text, "ts": message.ts, "team": workspace.team.id}
    if message.bot_id and message.app_id:
        answer |= {"bot_id": message.bot_id, "app_id": message.app_id}
        answer["bot_profile"] = workspace.app(message.app_id).profile(workspace.team.id)
    answer |= _content(message, as_posted=as_posted)
    if message.files:
        answer["files"] = [file_json(workspace, workspace.files[file_id]) for file_id in message.files]
        answer["upload"] = False
    if message.reactions:
        answer["reactions"] = reactions_json(message)
    if message.pinned:
        answer |= {"pinned_to": [channel.id], "pinned_info": message.pinned}
    if metadata and message.metadata is not None:
        answer["metadata"] = message.metadata
    if message.subtype == "thread_broadcast" and (root := channel.messages.get(message.thread_ts or "")):
        answer["root"] = message_json(workspace, channel, root, as_posted=as_posted)
    return answer | _thread(channel, message, viewer) | message.extra


def _content(message: Message, *, as_posted: bool) -> Json:
    answer = {
        key: getattr(message, key) for key in ("blocks", "attachments", "edited") if getattr(message, key) is not None
    }
    if as_posted:
        return answer
    if message.blocks is not None:
        answer["blocks"] = filled_in(message.blocks)
    elif message.text and message.subtype in SAID:
        answer["blocks"] = list(rich_text(message.text))
    return answer


def reactions_json(message: Message) -> list[Json]:
    """Return the reactions in order of first use."""
    return [{"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items()]


def _thread(channel: Channel, message: Message, viewer: str | None) -> Json:
    if message.thread_ts is None:
        return {}
    answer: Json = {"thread_ts": message.thread_ts}
    if message.is_reply:
        return answer | ({"parent_user_id": message.parent_user} if message.parent_user else {})
    repliers = [reply.user for ts in message.replies if (reply := channel.messages.get(ts))]
    people = list(dict.fromkeys(repliers))
    answer |= {
        "reply_count": len(message.replies),
        "reply_users_count": len(people),
        "latest_reply": message.replies[-1],
        "reply_users": people[:5],
        "is_locked": False,
        "subscribed": viewer is not None and (viewer == message.user or viewer in people),
    }
    return answer


def channel_json(workspace: Workspace, channel: Channel, viewer: str, *, with_count: bool = False) -> Json:
    """Return a conversation as JSON, as `viewer` (a user's id) sees it."""
    if channel.kind == DIRECT:
        answer = _direct_json(workspace, channel, viewer)
    else:
        answer = _named_json(workspace, channel, viewer)
    if with_count:
        answer["num_members"] = len(channel.members)
    return answer


def _direct_json(workspace: Workspace, channel: Channel, viewer: str) -> Json:
    other = channel.other(viewer)
    return {
        "id": channel.id,
        "created": channel.created,
        "is_archived": False,
        "is_im": True,
        "is_org_shared": False,
        "context_team_id": workspace.team.id,
        "updated": channel.updated * 1000,
        "user": other,
        "is_user_deleted": workspace.users[other].deleted,
        "is_open": viewer in channel.open_for,
        "last_read": channel.last_read.get(viewer, NEVER_READ),
        "priority": 0,
    }


def _named_json(workspace: Workspace, channel: Channel, viewer: str) -> Json:
    answer: Json = {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind != GROUP,
        "is_group": channel.kind == GROUP,
        "is_im": False,
        "is_mpim": channel.kind == GROUP,
        "is_private": channel.is_private,
        "created": channel.created,
        "creator": channel.creator,
        "updated": channel.updated * 1000,
        "is_archived": channel.is_archived,
        "is_general": channel.is_general,
        "is_member": viewer in channel.members,
        "unlinked": 0,
        "is_frozen": False,
        "is_shared": channel.is_ext_shared,
        "is_ext_shared": channel.is_ext_shared,
        "is_org_shared": False,
        "is_pending_ext_shared": connect.is_pending(workspace, channel.id),
        "pending_shared": [],
        "pending_connected_team_ids": [],
        "parent_conversation": None,
        "context_team_id": workspace.team.id,
        "shared_team_ids": [workspace.team.id],
        "topic": channel.topic.as_json(),
        "purpose": channel.purpose.as_json(),
        "properties": _properties(channel),
        "previous_names": list(channel.previous_names),
    }
    if viewer in channel.members:
        answer["last_read"] = channel.last_read.get(viewer, NEVER_READ)
    return answer


def _properties(channel: Channel) -> Json:
    tabs = [{"id": kind, "label": "", "type": kind} for kind in ("files", "bookmarks")]
    return {"tabs": tabs} | ({"canvas": {"file_id": channel.canvas, "is_empty": False}} if channel.canvas else {})


def canvas_json(workspace: Workspace, canvas: Canvas) -> Json:
    """Return a canvas as the file object that Slack makes of it."""
    kind = workspace.channels[canvas.channel].kind if canvas.channel in workspace.channels else None
    channels = [canvas.channel] if canvas.channel else []
    url = f"{workspace.base_url}/docs/{workspace.team.id}/{canvas.id}"
    return {
        "id": canvas.id,
        "created": canvas.created,
        "timestamp": canvas.created,
        "name": canvas.title,
        "title": canvas.title,
        "mimetype": "application/vnd.slack-docs",
        "filetype": "quip",
        "pretty_type": "Canvas",
        "user": canvas.user,
        "mode": "quip",
        "editable": True,
        "size": len(canvas.markdown.encode()),
        "is_external": False,
        "is_public": kind == PUBLIC,
        "public_url_shared": False,
        "url_private": url,
        "permalink": url,
        "channels": channels if kind == PUBLIC else [],
        "groups": channels if kind == PRIVATE else [],
        "ims": [],
    }


def file_json(workspace: Workspace, file: File) -> Json:
    """Return a file as JSON with the conversations it is shared in, or the tombstone of a deleted one."""
    if file.deleted:
        return {"id": file.id, "mode": "tombstone"}
    kinds: dict[str, list[str]] = {PUBLIC: [], PRIVATE: [], DIRECT: [], GROUP: []}
    for channel_id in file.shares:
        kinds[workspace.channels[channel_id].kind].append(channel_id)
    return file.as_json(
        workspace.base_url,
        public=kinds[PUBLIC],
        private=kinds[PRIVATE] + kinds[GROUP],
        direct=kinds[DIRECT],
    )
