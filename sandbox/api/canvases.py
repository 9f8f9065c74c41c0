"""canvases.*: documents an app creates, looks up sections in, and edits section by section.

Sections are separated by blank lines. Markdown is stored as it is, neither rendered nor validated.
"""

import re
from typing import Any

from sandbox.api import access
from sandbox.api.arguments import Unreadable
from sandbox.api.call import Call
from sandbox.errors import SlackError, invalid_arguments
from sandbox.ids import secret
from sandbox.state.documents import Canvas, Section

Json = dict[str, Any]

LARGEST = 1_048_576
HEADING = re.compile(r"(#{1,3}) ")
HEADINGS = {"h1": "#", "h2": "##", "h3": "###"}


def create(call: Call) -> Json:
    """Create a canvas; with `channel_id`, as a tab in that channel."""
    channel_id = call.text("channel_id")
    channel = call.workspace.channels.get(channel_id)
    if channel_id and (channel is None or call.user not in channel.members):
        raise SlackError("restricted_action" if channel else "canvas_creation_failed")
    return {"canvas_id": _new(call, call.text("title"), channel_id or None).id}


def create_in_channel(call: Call) -> Json:
    """Create a channel's canvas; a channel has only one."""
    channel = call.workspace.channels.get(call.text("channel_id"))
    if channel is None or call.user not in channel.members:
        raise SlackError("channel_canvas_creation_failed")
    if channel.canvas:
        raise SlackError("channel_canvas_already_exists")
    canvas = _new(call, call.text("title") or channel.name, channel.id)
    channel.canvas = canvas.id
    call.workspace.changes.tell("channel_changed", channel=channel, user=call.user)
    return {"canvas_id": canvas.id}


def _new(call: Call, title: str, channel_id: str | None) -> Canvas:
    content = call.args.get("document_content")
    sections = [] if content is None else _sections(content, "canvas_creation_failed")
    canvas = Canvas(
        id=call.workspace.ids.new("F"),
        title=title or "Untitled",
        user=call.user,
        created=call.workspace.moment(),
        channel=channel_id,
        sections=sections,
    )
    call.workspace.canvases[canvas.id] = canvas
    _tell(call, "file_created", canvas)
    return canvas


def _tell(call: Call, what: str, canvas: Canvas) -> None:
    """Send the events of a canvas; for events it is a file."""
    channels = [canvas.channel] if canvas.channel else []
    call.workspace.changes.tell(what, file_id=canvas.id, user=canvas.user, channels=channels)


def _sections(content: Any, error: str) -> list[Section]:
    markdown = content.get("markdown") if isinstance(content, dict) else None
    if not isinstance(markdown, str) or content.get("type") != "markdown":
        raise SlackError(error, detail="document_content has to be {type: markdown, markdown: text}")
    if len(markdown) > LARGEST:
        raise SlackError(error, detail=f"the markdown has {LARGEST} characters at most")
    pieces = [piece.strip("\n") for piece in re.split(r"\n\s*\n", markdown)]
    return [Section(f"temp:C:{secret(28)}", piece) for piece in pieces if piece.strip()]


def edit(call: Call) -> Json:
    """Edit a canvas; a call carries one change."""
    canvas = _canvas(call)
    if not access.may(call.workspace, canvas, call.user, "write"):
        raise SlackError("restricted_action")
    changes = call.args["changes"]
    if isinstance(changes, Unreadable) or not isinstance(changes, list) or len(changes) != 1:
        raise invalid_arguments("must provide exactly one change [json-pointer:/changes]")
    change = changes[0] if isinstance(changes[0], dict) else {}
    operation = str(change.get("operation"))
    if operation == "rename":
        canvas.title = str((change.get("title_content") or {}).get("markdown") or canvas.title)
    else:
        canvas.sections = _edited(canvas, operation, change)
    _tell(call, "file_changed", canvas)
    return {}


def _edited(canvas: Canvas, operation: str, change: Json) -> list[Section]:
    """Return the sections after the change."""
    failure = "canvas_editing_failed"
    new = [] if operation == "delete" else _sections(change.get("document_content"), failure)
    at = _index(canvas, change)
    before, after = canvas.sections[:at], canvas.sections[at:]
    match operation:
        case "insert_at_start":
            return new + canvas.sections
        case "insert_at_end":
            return canvas.sections + new
        case "replace":
            return before + new + after[1:] if change.get("section_id") else new
        case "insert_before" if change.get("section_id"):
            return before + new + after
        case "insert_after" if change.get("section_id"):
            return before + after[:1] + new + after[1:]
        case "delete" if change.get("section_id"):
            return before + after[1:]
    raise SlackError(failure, detail=f"cannot {operation} without a section_id")


def _index(canvas: Canvas, change: Json) -> int:
    wanted = change.get("section_id")
    if not wanted:
        return 0
    for index, section in enumerate(canvas.sections):
        if section.id == wanted:
            return index
    raise SlackError("canvas_editing_failed", detail=f"there is no section {wanted}")


def delete(call: Call) -> Json:
    """Delete a canvas."""
    canvas = _canvas(call)
    if canvas.user != call.user:
        raise SlackError("restricted_action")
    del call.workspace.canvases[canvas.id]
    for channel in call.workspace.channels.values():
        if channel.canvas == canvas.id:
            channel.canvas = None
    _tell(call, "file_deleted", canvas)
    return {}


def lookup(call: Call) -> Json:
    """Return sections by kind of heading, by text, or by both."""
    canvas = _canvas(call)
    criteria = call.args["criteria"]
    if isinstance(criteria, Unreadable) or not isinstance(criteria, dict):
        raise invalid_arguments("must provide an object [json-pointer:/criteria]")
    kinds, text = criteria.get("section_types") or [], str(criteria.get("contains_text") or "")
    found = [section for section in canvas.sections if _is(section, kinds) and text.lower() in section.markdown.lower()]
    return {"sections": [{"id": section.id} for section in found]}


def _is(section: Section, kinds: list[str]) -> bool:
    heading = HEADING.match(section.markdown)
    marks = heading.group(1) if heading else None
    return not kinds or any(marks == HEADINGS.get(kind, "") or (kind == "any_header" and marks) for kind in kinds)


def _canvas(call: Call) -> Canvas:
    canvas = call.workspace.canvases.get(call.text("canvas_id"))
    if canvas is None or not access.may(call.workspace, canvas, call.user, "read"):
        raise SlackError("canvas_not_found")
    return canvas


HANDLERS = {
    "canvases.create": create,
    "canvases.edit": edit,
    "canvases.delete": delete,
    "canvases.sections.lookup": lookup,
    "canvases.access.set": access.setting(_canvas),
    "canvases.access.delete": access.deleting(_canvas),
    "conversations.canvases.create": create_in_channel,
}
