"""chat.scheduleMessage and related methods."""

from typing import Any

from sandbox.api.call import Call
from sandbox.api.chat import draft, target
from sandbox.api.content import LONGEST_TEXT, content
from sandbox.api.paging import page
from sandbox.errors import SlackError
from sandbox.ids import micros
from sandbox.state.scheduled import Scheduled
from sandbox.state.wire import message_json

Json = dict[str, Any]

FARTHEST = 120 * 24 * 3600
WINDOW = 5 * 60
MOST_IN_WINDOW = 30


def schedule(call: Call) -> Json:
    """Schedule a message for `post_at`."""
    channel = target(call)
    found = content(call.args, longest=LONGEST_TEXT)
    if found.is_empty:
        raise SlackError("no_text")
    post_at = call.args["post_at"]
    _check_time(call, channel.id, post_at)
    message = draft(call, channel, found)
    waiting = Scheduled(
        id=call.workspace.ids.new("Q"),
        app_id=call.app.id,
        channel=channel.id,
        post_at=post_at,
        created=call.workspace.moment(),
        message=message,
    )
    call.workspace.scheduled[waiting.id] = waiting
    call.workspace.changes.tell("message_scheduled", waiting=waiting)
    written = message_json(call.workspace, channel, message) | {"type": "delayed_message"}
    del written["ts"]
    return {
        "channel": channel.id,
        "scheduled_message_id": waiting.id,
        "post_at": post_at,
        "message": written,
    }


def _check_time(call: Call, channel_id: str, post_at: int) -> None:
    now = call.workspace.now()
    if post_at <= 0:
        raise SlackError("invalid_time")
    if post_at <= now:
        raise SlackError("time_in_past")
    if post_at > now + FARTHEST:
        raise SlackError("time_too_far")
    near = [
        waiting
        for waiting in call.workspace.scheduled.values()
        if waiting.channel == channel_id and waiting.post_at // WINDOW == post_at // WINDOW
    ]
    if len(near) >= MOST_IN_WINDOW:
        raise SlackError("restricted_too_many")


def cancel(call: Call) -> Json:
    """Delete a scheduled message."""
    channel = call.find_channel(call.text("channel"))
    waiting = call.workspace.scheduled.get(call.text("scheduled_message_id"))
    if waiting is None or waiting.channel != channel.id or waiting.app_id != call.app.id:
        raise SlackError("invalid_scheduled_message_id")
    del call.workspace.scheduled[waiting.id]
    return {}


def list_all(call: Call) -> Json:
    """List scheduled messages, soonest first."""
    if call.text("channel") and call.text("channel") not in call.workspace.channels:
        raise SlackError("invalid_channel")
    waiting = [
        item
        for item in call.workspace.scheduled.values()
        if item.app_id == call.app.id
        and call.text("channel") in ("", item.channel)
        and _seconds(call, "oldest", 0) <= item.post_at <= _seconds(call, "latest", float("inf"))
    ]
    waiting.sort(key=lambda item: (item.post_at, item.id))
    chosen, metadata = page(call, waiting, lambda item: item.id, default=100, most=1000)
    return {"scheduled_messages": [_json(item) for item in chosen], "response_metadata": metadata}


def _seconds(call: Call, name: str, default: float) -> float:
    try:
        return micros(call.text(name)) / 1_000_000 if call.text(name) else default
    except ValueError:
        return default


def _json(waiting: Scheduled) -> Json:
    return {
        "id": waiting.id,
        "channel_id": waiting.channel,
        "post_at": waiting.post_at,
        "date_created": waiting.created,
        "text": waiting.message.text,
    }


HANDLERS = {
    "chat.scheduleMessage": schedule,
    "chat.deleteScheduledMessage": cancel,
    "chat.scheduledMessages.list": list_all,
}
