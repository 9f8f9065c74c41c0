"""Messages, threads and the timeline of a conversation."""

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True)
class Message:
    """A stored message. `extra` holds fields of certain kinds only: a topic, an inviter, a bot's profile."""

    ts: str
    user: str
    text: str = ""
    subtype: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    files: list[str] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    parent_user: str | None = None
    broadcast: bool = False
    edited: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    replies: list[str] = field(default_factory=list)
    pinned: Json | None = None
    # The workflow step whose token posted it, if any.
    execution: str | None = None
    extra: Json = field(default_factory=dict)

    @property
    def is_reply(self) -> bool:
        """Return True if it is a reply in a thread, not its parent."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def in_channel(self) -> bool:
        """Return True if it is visible in the channel and not only in its thread."""
        return not self.is_reply or self.broadcast


class Timeline:
    """The messages of one conversation by `ts`, in whatever order they were added."""

    def __init__(self) -> None:
        self._by_ts: dict[str, Message] = {}  # ordered by last use
        self._order: list[str] = []

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[Message]:
        return (self._by_ts[ts] for ts in self._order)

    def __reversed__(self) -> Iterator[Message]:
        return (self._by_ts[ts] for ts in reversed(self._order))

    def __contains__(self, ts: str) -> bool:
        return ts in self._by_ts

    def get(self, ts: str) -> Message | None:
        """Return the message of this `ts`."""
        return self._by_ts.get(ts)

    def add(self, message: Message) -> None:
        """Add a message at its time: nearly always at the end."""
        self._by_ts[message.ts] = message
        if not self._order or self._order[-1] < message.ts:
            self._order.append(message.ts)
        else:
            insort(self._order, message.ts)

    def touch(self, ts: str) -> None:
        """Mark a message as just used: edited, replied to, reacted to."""
        self._by_ts[ts] = self._by_ts.pop(ts)

    def by_use(self) -> Iterator[Message]:
        """Yield the messages by last use, least recently used first."""
        return iter(self._by_ts.values())

    def remove(self, ts: str) -> None:
        """Remove a message."""
        del self._by_ts[ts]
        del self._order[bisect_left(self._order, ts)]

    def before(self, ts: str) -> Iterator[Message]:
        """Yield the messages older than `ts`, newest first."""
        end = bisect_left(self._order, ts)
        return (self._by_ts[self._order[number]] for number in range(end - 1, -1, -1))

    @property
    def latest(self) -> Message | None:
        """Return the newest message."""
        return self._by_ts[self._order[-1]] if self._order else None
