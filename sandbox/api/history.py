"""conversations.history and conversations.replies."""

from itertools import islice
from typing import Any

from sandbox import ids
from sandbox.api.call import Call
from sandbox.api.paging import position
from sandbox.errors import SlackError
from sandbox.state.messages import Message
from sandbox.state.wire import message_json

Json = dict[str, Any]

MOST_HISTORY = 999
MOST_REPLIES = 1000


def history(call: Call) -> Json:
    """Return messages newest first, without replies that are only in threads."""
    channel = call.channel()
    call.need_member(channel)
    span = Span(call)
    wanted = max(1, min(int(call.args.get("limit") or 100), MOST_HISTORY))
    start = position(call) or span.start
    older = channel.messages.before(start) if start else iter(reversed(channel.messages))
    found = list(islice((m for m in older if m.in_channel and span.holds(m)), wanted + 1))
    chosen = found[:wanted]
    more = len(found) > wanted
    answer: Json = {
        "messages": [
            message_json(call.workspace, channel, m, metadata=span.metadata, viewer=call.user) for m in chosen
        ],
        "has_more": more,
        "pin_count": len(channel.pins),
        "channel_actions_ts": None,
        "channel_actions_count": 0,
    }
    answer |= {name: call.text(name) for name in ("oldest", "latest") if call.text(name)}
    return answer | ({"response_metadata": {"next_cursor": ids.cursor(chosen[-1].ts)}} if more else {})


def replies(call: Call) -> Json:
    """Return a thread, parent first, then replies from oldest to newest."""
    channel = call.channel()
    call.need_member(channel)
    head = call.message(channel, call.text("ts"), "thread_not_found")
    if head.is_reply:
        head = call.message(channel, str(head.thread_ts), "thread_not_found")
    span = Span(call)
    wanted = max(1, min(int(call.args.get("limit") or MOST_REPLIES), MOST_REPLIES))
    after = position(call)
    thread = [channel.messages.get(ts) for ts in head.replies]
    rest = [m for m in thread if m is not None and span.holds(m) and (after is None or m.ts > after)]
    chosen = rest[:wanted]
    more = len(rest) > wanted
    messages = [
        message_json(call.workspace, channel, m, metadata=span.metadata, viewer=call.user) for m in [head, *chosen]
    ]
    answer: Json = {"messages": messages, "has_more": more}
    return answer | ({"response_metadata": {"next_cursor": ids.cursor(chosen[-1].ts)}} if more else {})


class Span:
    """The requested range of time: after `oldest`, before `latest`, including the ends only if `inclusive`."""

    def __init__(self, call: Call) -> None:
        self._oldest = self._micros(call, "oldest")
        self._latest = self._micros(call, "latest")
        self._inclusive = bool(call.args.get("inclusive"))
        self.metadata = bool(call.args.get("include_all_metadata"))

    @property
    def start(self) -> str | None:
        """Return the `ts` to start searching before, which skips newer messages."""
        return None if self._latest is None else ids.timestamp(self._latest + 1)

    def holds(self, message: Message) -> bool:
        """Return True if a message is within the range."""
        at = ids.micros(message.ts)
        if self._inclusive:
            return (self._oldest is None or at >= self._oldest) and (self._latest is None or at <= self._latest)
        return (self._oldest is None or at > self._oldest) and (self._latest is None or at < self._latest)

    @staticmethod
    def _micros(call: Call, name: str) -> int | None:
        value = call.text(name)
        if value in ("", "now") or (name == "oldest" and value == "0"):
            return None
        try:
            return ids.micros(value)
        except ValueError as error:
            raise SlackError(f"invalid_ts_{name}") from error


HANDLERS = {"conversations.history": history, "conversations.replies": replies}
