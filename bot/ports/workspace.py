"""The workspace people talk in, in our words. Every call may raise `Permanent`, `Temporary` or `Ambiguous`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.errors import Permanent
from bot.policy.members import MemberType

Block = dict[str, Any]
View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted. `text` is the notification and what a screen reader says, so it carries the point by itself."""

    text: str
    blocks: Sequence[Block] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message stands."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class OwnChannel:
    """A channel that is ours."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ChannelState:
    """How a channel stands that we know of. `is_member` is whether we are in it."""

    name: str
    is_archived: bool
    is_private: bool
    is_member: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """A person, as the workspace knows them. `zone` is an IANA name; times of day for them are read in it.

    The e-mail of somebody of another workspace is what that workspace says, and proves nothing.
    """

    slack_id: str
    name: str
    email: str | None
    zone: str | None
    is_active: bool
    member_type: MemberType


class NameTakenError(Permanent):
    """Another channel, perhaps an archived one, has that name."""


class ViewGoneError(Permanent):
    """The person has closed the form, or it has become another one."""


class Workspace(Protocol):
    """What the program needs of the workspace.

    `effect_id` marks a message with the effect that sent it, so that after a lost answer it can be found again.
    """

    @property
    def url(self) -> str:
        """The workspace's address, with a slash at its end."""
        ...

    async def create_channel(self, name: str, *, private: bool) -> OwnChannel:
        """Create a channel; raises NameTakenError."""
        ...

    async def find_own_channel(self, name: str, *, since: datetime) -> OwnChannel | None:
        """Find a channel of that name which this bot created no earlier than `since`."""
        ...

    async def channel_state(self, channel: str) -> ChannelState | None:
        """Ask how a channel stands; None where it is deleted, or hidden from us."""
        ...

    async def invite(self, channel: str, people: Sequence[str]) -> Mapping[str, str]:
        """Invite people by Slack id; those already there are fine. Returns those refused, each with the reason."""
        ...

    async def has_member(self, channel: str, person: str) -> bool:
        """Tell whether somebody is in a channel now."""
        ...

    async def post(self, to: str, message: Message, *, effect_id: int, urgent: bool = False) -> Posted:
        """Post to a channel, or directly to a person by their Slack id. An urgent one waits for nothing of ours."""
        ...

    async def post_ephemeral(self, channel: str, person: str, message: Message) -> None:
        """Post what only one person sees; it is gone when they reload."""
        ...

    async def find_posted(self, to: str, *, effect_id: int, since: datetime) -> Posted | None:
        """Find the message an effect has already sent, if it arrived."""
        ...

    async def edit(self, posted: Posted, message: Message) -> None:
        """Replace a message of ours."""
        ...

    async def pin(self, posted: Posted) -> None:
        """Pin a message; one already pinned is fine."""
        ...

    async def bookmark(self, channel: str, title: str, link: str, emoji: str) -> None:
        """Add a bookmark to a channel."""
        ...

    async def has_bookmark(self, channel: str, link: str) -> bool:
        """Tell whether a channel has a bookmark to that address."""
        ...

    async def find_bookmark(self, channel: str, title: str) -> str | None:
        """Return the id of a channel's bookmark of that title."""
        ...

    async def redirect_bookmark(self, channel: str, bookmark: str, link: str) -> None:
        """Have a bookmark lead to another address."""
        ...

    async def set_topic(self, channel: str, topic: str) -> None:
        """Set a channel's topic."""
        ...

    async def set_purpose(self, channel: str, purpose: str) -> None:
        """Set a channel's purpose."""
        ...

    async def rename_channel(self, channel: str, name: str) -> None:
        """Rename a channel of ours; one that has that name already is fine. Raises NameTakenError."""
        ...

    async def own_messages(self, channel: str) -> Mapping[Posted, str]:
        """Return where in a channel our own messages stand, each with its text; replies in threads are left out."""
        ...

    async def archive(self, channel: str) -> None:
        """Archive a channel; one already archived is fine."""
        ...

    async def open_view(self, trigger: str, view: View) -> str:
        """Open a form and return its id. A trigger works once and for three seconds."""
        ...

    async def update_view(self, view_id: str, view: View, *, expected: str | None = None) -> str:
        """Redraw a form and return its new hash.

        Raises ViewGoneError when it has been closed, or when it is not as `expected` (a hash) any more.
        """
        ...

    async def publish_home(self, person: str, view: View) -> None:
        """Draw a person's Home tab."""
        ...

    async def profile(self, slack_id: str) -> Profile:
        """Ask who a person is."""
        ...

    def described(self, user: Mapping[str, Any]) -> Profile:
        """Return the person whom an event describes."""
        ...

    async def respond(self, address: str, answer: Mapping[str, Any]) -> None:
        """Answer a command after its acknowledgement, at the address that came with it; good for half an hour."""
        ...

    async def profile_by_email(self, email: str) -> Profile | None:
        """Ask who has an e-mail address; nobody is an answer."""
        ...
