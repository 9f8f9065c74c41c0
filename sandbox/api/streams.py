"""chat.startStream, chat.appendStream, chat.stopStream: a message that is written in chunks."""

from dataclasses import replace
from typing import Any

from sandbox.api.arguments import Unreadable
from sandbox.api.call import Call
from sandbox.api.chat import LOOSE, draft, target
from sandbox.api.content import LONGEST_MARKDOWN, Content, content, invalid_blocks
from sandbox.blocks.identify import identify
from sandbox.blocks.surfaces import check_message
from sandbox.errors import SlackError, invalid_arguments
from sandbox.state import agents, posting
from sandbox.state.agents import COMPLETED, IN_PROGRESS, STOPPED, Streaming
from sandbox.state.channels import DIRECT, Channel
from sandbox.state.messages import Message
from sandbox.state.wire import message_json

Json = dict[str, Any]

MOST_BLOCKS = 50
DISPLAYS = ("timeline", "plan")
TASK_STATES = frozenset({"pending", "in_progress", "complete", "error"})

WITHOUT_TEXT = "This message contains interactive elements."
"""The text of a stream without any."""


def start(call: Call) -> Json:
    """Start a streaming message in a thread. Outside direct messages the recipient has to be named."""
    channel = target(call)
    display = call.text("task_display_mode") or DISPLAYS[0]
    if display not in DISPLAYS:
        raise invalid_arguments(f"must be one of: {', '.join(DISPLAYS)} [json-pointer:/task_display_mode]")
    head = channel.messages.get(call.text("thread_ts"))
    if head is None or head.subtype in LOOSE:
        raise SlackError("invalid_thread_ts")
    if channel.kind != DIRECT:
        _check_recipient(call)
    streaming = _gone_on(call, Streaming(display))
    message = draft(call, channel, Content(text=streaming.text, blocks=streaming.blocks or None))
    message.extra = message.extra | {"streaming_state": IN_PROGRESS}
    call.workspace.streams[channel.id, message.ts] = streaming
    posting.post(call.workspace, channel, message)
    return {"channel": channel.id, "ts": message.ts}


def _check_recipient(call: Call) -> None:
    if not call.text("recipient_team_id"):
        raise SlackError("missing_recipient_team_id")
    if not call.text("recipient_user_id"):
        raise SlackError("missing_recipient_user_id")
    call.find_user(call.text("recipient_user_id"))


def append(call: Call) -> Json:
    """Append to a streaming message."""
    channel, message = _own(call)
    if not call.text("markdown_text") and not call.args.get("chunks"):
        raise SlackError("no_text")
    state = message.extra.get("streaming_state")
    if state == STOPPED:
        raise SlackError("stopped_by_user")
    _write(call, channel, message, _gone_on(call, _streaming(call, channel, message)))
    return {"channel": channel.id, "ts": message.ts}


def stop(call: Call) -> Json:
    """Finish a streaming message, with the last chunks and blocks below it."""
    channel, message = _own(call)
    below = content({name: call.args.get(name) for name in ("blocks", "metadata")})
    streaming = _gone_on(call, _streaming(call, channel, message))
    streaming.blocks = [*streaming.blocks, *(below.blocks or [])]
    if len(streaming.blocks) > MOST_BLOCKS:
        raise SlackError("msg_blocks_too_many")
    changes: Json = {"extra": message.extra | {"streaming_state": COMPLETED}}
    if below.metadata is not None:
        changes["metadata"] = below.metadata or None
    _write(call, channel, message, streaming, **changes)
    del call.workspace.streams[channel.id, message.ts]
    thread = call.workspace.threads.get((channel.id, message.thread_ts or ""))
    if thread is not None and call.given.get("session_status"):  # sent by SDKs although the reference does not list it
        thread.session = str(call.given["session_status"])
        agents.tell(call.workspace, thread)
    written = message_json(call.workspace, channel, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": written}


def _own(call: Call) -> tuple[Channel, Message]:
    channel = call.find_channel(call.text("channel"))
    message = call.message(channel, call.text("ts"))
    if message.app_id != call.app.id:
        raise SlackError("message_not_owned_by_app")
    return channel, message


def _streaming(call: Call, channel: Channel, message: Message) -> Streaming:
    streaming = call.workspace.streams.get((channel.id, message.ts))
    if streaming is None:
        raise SlackError("message_not_in_streaming_state")
    return streaming


def _gone_on(call: Call, streaming: Streaming) -> Streaming:
    """Return the stream with the call's chunks added; a refused call adds nothing."""
    longer = replace(streaming, blocks=list(streaming.blocks))
    if text := call.text("markdown_text"):
        _say(longer, text)
    chunks = call.args.get("chunks") or []
    if isinstance(chunks, Unreadable) or not isinstance(chunks, list):
        raise SlackError("invalid_chunks")
    for chunk in chunks:
        _add(longer, chunk if isinstance(chunk, dict) else {})
    if check_message([block for block in longer.blocks if block["type"] in ("plan", "task_card")]):
        raise SlackError("invalid_chunks")
    if len(longer.blocks) > MOST_BLOCKS:
        raise SlackError("msg_blocks_too_many")
    longer.blocks = identify(longer.blocks)
    return longer


def _say(streaming: Streaming, text: str) -> None:
    if len(text) > LONGEST_MARKDOWN:
        raise SlackError("msg_blocks_too_long")
    streaming.say(text)


def _add(streaming: Streaming, chunk: Json) -> None:
    match chunk:
        case {"type": "markdown_text", "text": str(text)}:
            _say(streaming, text)
        case {"type": "task_update", "id": str(), "title": str(), "status": str(state)} if state in TASK_STATES:
            if any(not isinstance(chunk.get(name, ""), str) for name in ("details", "output")):
                raise SlackError("invalid_chunks")
            streaming.task(chunk)
        case {"type": "plan_update", "title": str(title)}:
            streaming.name_plan(title)
        case {"type": "blocks", "blocks": list(blocks)}:
            if problems := check_message(blocks):
                raise invalid_blocks(problems)
            streaming.blocks.extend(blocks)
        case _:
            raise SlackError("invalid_chunks")


def _write(call: Call, channel: Channel, message: Message, streaming: Streaming, **changes: Any) -> None:
    text = streaming.text or (WITHOUT_TEXT if streaming.blocks else "")
    call.workspace.streams[channel.id, message.ts] = streaming
    posting.edit(call.workspace, channel, message, None, text=text, blocks=streaming.blocks or None, **changes)


HANDLERS = {"chat.startStream": start, "chat.appendStream": append, "chat.stopStream": stop}
