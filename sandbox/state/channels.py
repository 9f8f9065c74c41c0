"""Conversations of every kind: public and private channels, direct messages, group messages."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.state.messages import Message, Timeline

Json = dict[str, Any]

PUBLIC = "public_channel"
PRIVATE = "private_channel"
DIRECT = "im"
GROUP = "mpim"

NEVER_READ = "0000000000.000000"


@dataclass
class Note:
    """A topic or purpose, with who set it and when."""

    value: str = ""
    creator: str = ""
    last_set: int = 0

    def as_json(self) -> Json:
        """Return it as Slack's JSON."""
        return {"value": self.value, "creator": self.creator, "last_set": self.last_set}


@dataclass
class Channel:
    """A conversation. `kind` is one of Slack's four `types`; `last_read` maps members to their last read `ts`."""

    id: str
    kind: str
    name: str
    creator: str
    created: int
    members: list[str] = field(default_factory=list)
    is_general: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    topic: Note = field(default_factory=Note)
    purpose: Note = field(default_factory=Note)
    previous_names: list[str] = field(default_factory=list)
    bookmarks: list[Json] = field(default_factory=list)
    pins: list[Json] = field(default_factory=list)
    canvas: str | None = None
    last_read: dict[str, str] = field(default_factory=dict)
    open_for: list[str] = field(default_factory=list)
    updated: int = 0
    messages: Timeline = field(default_factory=Timeline)

    @property
    def is_private(self) -> bool:
        """Return True if only members may see it."""
        return self.kind != PUBLIC

    @property
    def is_named(self) -> bool:
        """Return True if it is a channel: it has a name, and can be joined, renamed and archived."""
        return self.kind in (PUBLIC, PRIVATE)

    def other(self, user: str) -> str:
        """Return the other person of a direct message; oneself in one's own."""
        return next((member for member in self.members if member != user), user)

    def unread(self, user: str) -> list[Message]:
        """Return a member's unread messages, oldest first, without their own and without join and leave messages."""
        since = self.last_read.get(user, NEVER_READ)
        news: list[Message] = []
        for message in reversed(self.messages):
            if message.ts <= since:
                break
            if message.in_channel and message.user != user and message.subtype not in QUIET:
                news.append(message)
        return news[::-1]


QUIET = frozenset({"channel_join", "channel_leave", "group_join", "group_leave", "bot_add", "bot_remove"})
"""System messages that don't count as unread."""
