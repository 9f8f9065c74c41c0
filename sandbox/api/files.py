"""files.*: uploads in Slack's three steps, and files afterwards."""

from typing import Any

from sandbox.api import access
from sandbox.api.arguments import Unreadable
from sandbox.api.call import Call
from sandbox.api.content import content
from sandbox.api.paging import numbered
from sandbox.apps import App
from sandbox.errors import SlackError, invalid_arguments
from sandbox.ids import micros, secret
from sandbox.state import posting
from sandbox.state.channels import Channel
from sandbox.state.files import PICTURES, File, Ticket
from sandbox.state.messages import Message
from sandbox.state.wire import canvas_json, file_json
from sandbox.state.workspace import Workspace

Json = dict[str, Any]

LONGEST_ALT = 1000
LARGEST_SNIPPET = 1_000_000
LARGEST = 1_000_000_000
MOST_CHANNELS = 100
KINDS = frozenset({"all", "spaces", "snippets", "images", "gdocs", "zips", "pdfs", "lists", "canvases"})


def upload_url(call: Call) -> Json:
    """Return a URL to upload the content to."""
    length = call.args["length"]
    if length < 1:
        raise SlackError("missing_argument")
    if len(call.text("alt_txt")) > LONGEST_ALT:
        raise SlackError("alt_txt_too_large")
    if call.text("snippet_type") and length > LARGEST_SNIPPET:
        raise SlackError("snippet_too_large")
    if length > LARGEST:
        raise SlackError("file_upload_size_restricted")
    file_id, key = call.workspace.ids.new("F"), secret(32)
    name = call.text("filename")
    call.workspace.tickets[key] = Ticket(file_id, name, length, call.user, call.text("alt_txt"))
    return {"upload_url": f"{call.workspace.base_url}/upload/{key}", "file_id": file_id}


def complete(call: Call) -> Json:
    """Turn uploads into files and share them in the given channel."""
    wanted = call.args["files"]
    if isinstance(wanted, Unreadable) or not isinstance(wanted, list) or not wanted:
        raise invalid_arguments("must provide an array [json-pointer:/files]")
    tickets = {ticket.id: (key, ticket) for key, ticket in call.workspace.tickets.items()}
    for item in wanted:
        _, ticket = tickets.get(str(item.get("id")) if isinstance(item, dict) else "", ("", None))
        if ticket is None or ticket.content is None:
            raise SlackError("file_not_found")
        if ticket.user != call.user:
            raise SlackError("access_denied")
    channels = _channels(call)
    comment = content({"text": call.args.get("initial_comment"), "blocks": call.args.get("blocks")})
    files = []
    for item in wanted:
        key, ticket = tickets[item["id"]]
        files.append(receive(call, ticket, item.get("title")))
        del call.workspace.tickets[key]
    for file in files:
        call.workspace.changes.tell(
            "file_created", file_id=file.id, user=file.user, channels=[channel.id for channel in channels]
        )
    for channel in channels:
        share(call, channel, files, comment.text or "")
    return {"files": [file_json(call.workspace, file) for file in files]}


def receive(call: Call, ticket: Ticket, title: str | None) -> File:
    """Turn an upload into a file."""
    file = File(
        id=ticket.id,
        name=ticket.filename,
        title=title or ticket.filename,
        user=ticket.user,
        created=call.workspace.moment(),
        content=ticket.content or b"",
        alt_text=ticket.alt_text,
    )
    call.workspace.files[file.id] = file
    return file


def _channels(call: Call) -> list[Channel]:
    names = [call.text("channel_id")] if call.text("channel_id") else call.args.get("channels") or []
    if len(names) > MOST_CHANNELS:
        raise SlackError("channels_limit_exceeded")
    found = []
    for name in names:
        user = call.workspace.users.get(name)
        channel = call.workspace.direct(call.user, name) if user else call.workspace.channels.get(name)
        if channel is None or not posting.may_see(channel, call.user):
            raise SlackError("channel_not_found")
        call.need_member(channel)
        if channel.is_archived:
            raise SlackError("posting_to_channel_denied")
        found.append(channel)
    return found


def share(call: Call, channel: Channel, files: list[File], comment: str) -> None:
    """Post files in a conversation."""
    head = channel.messages.get(call.text("thread_ts")) if call.text("thread_ts") else None
    posting.post(
        call.workspace,
        channel,
        Message(
            ts=call.workspace.new_ts(channel),
            user=call.user,
            text=comment,
            subtype="file_share",
            bot_id=call.app.bot_id,
            app_id=call.app.id,
            files=[file.id for file in files],
            thread_ts=head.ts if head else None,
        ),
    )
    for file in files:
        call.workspace.changes.tell("file_shared", channel=channel, file_id=file.id, user=call.user)


def info(call: Call) -> Json:
    """Describe a file."""
    canvas = call.workspace.canvases.get(call.text("file"))
    if canvas is not None:
        if not access.may(call.workspace, canvas, call.user, "read"):
            raise SlackError("not_visible")
        answer = canvas_json(call.workspace, canvas)
        return {"file": answer, "comments": [], "response_metadata": {"next_cursor": ""}}
    file = _file(call)
    if file.deleted:
        raise SlackError("file_deleted")
    answer = file_json(call.workspace, file)
    return {"file": answer, "comments": [], "response_metadata": {"next_cursor": ""}}


def list_all(call: Call) -> Json:
    """List the files the bot may see."""
    kinds = (call.text("types") or "all").split(",")
    if not set(kinds) <= KINDS:
        raise SlackError("unknown_type")
    if call.text("user"):
        call.find_user(call.text("user"))
    since, until = (_seconds(call, name) for name in ("ts_from", "ts_to"))
    files = [
        file
        for file in call.workspace.files.values()
        if _visible(call, file)
        and not file.deleted
        and call.text("user") in ("", file.user)
        and (not call.text("channel") or call.text("channel") in file.shares)
        and (since or 0) <= file.created <= (until or float("inf"))
        and _is_kind(file, kinds)
    ]
    canvases = [
        canvas
        for canvas in call.workspace.canvases.values()
        if access.may(call.workspace, canvas, call.user, "read")
        and call.text("user") in ("", canvas.user)
        and call.text("channel") in ("", canvas.channel)
        and (since or 0) <= canvas.created <= (until or float("inf"))
        and not {"all", "canvases"}.isdisjoint(kinds)
    ]
    found = [file_json(call.workspace, file) for file in files]
    chosen, paging = numbered(call, [*found, *(canvas_json(call.workspace, one) for one in canvases)])
    return {"files": chosen, "paging": paging}


def _is_kind(file: File, kinds: list[str]) -> bool:
    if "all" in kinds:
        return True
    return ("images" in kinds and file.filetype in PICTURES) or f"{file.filetype}s" in kinds


def _seconds(call: Call, name: str) -> float | None:
    try:
        return micros(call.text(name)) / 1_000_000 if call.text(name) else None
    except ValueError:
        return None


def delete(call: Call) -> Json:
    """Delete a file of the bot; messages that showed it keep a tombstone."""
    file = _file(call)
    if file.deleted:
        raise SlackError("file_deleted")
    if file.user != call.user:
        raise SlackError("cant_delete_file")
    file.deleted, file.content = True, b""
    call.workspace.changes.tell("file_deleted", file_id=file.id, user=file.user, channels=list(file.shares))
    return {}


def _file(call: Call) -> File:
    file = call.workspace.files.get(call.text("file"))
    if file is None or not _visible(call, file):
        raise SlackError("file_not_found")
    return file


def _visible(call: Call, file: File) -> bool:
    return may_read(call.workspace, call.app, file)


def may_read(workspace: Workspace, app: App, file: File) -> bool:
    """Return True if an app may read a file: its own, one of a conversation it sees, or one of its form."""
    channels = [workspace.channels[channel_id] for channel_id in file.shares]
    is_its = file.user == app.user_id or app.id in file.apps
    return is_its or any(posting.may_see(channel, app.user_id) for channel in channels)


HANDLERS = {
    "files.getUploadURLExternal": upload_url,
    "files.completeUploadExternal": complete,
    "files.info": info,
    "files.list": list_all,
    "files.delete": delete,
}
