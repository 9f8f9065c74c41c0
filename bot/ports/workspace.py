"""The chat workspace, in the program's own terms. Every call may raise `Permanent`, `Temporary` or `Ambiguous`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

from bot.errors import Permanent
from bot.policy.members import MemberType
from bot.policy.record.captures import SaidMessage

Block = dict[str, Any]
View = dict[str, Any]

# The bytes of a file that a form takes.
LARGEST_FILE: Final = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Message:
    """A message to post. `text` is read in notifications and by screen readers, so it says everything."""

    text: str
    blocks: Sequence[Block] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Posted:
    """The place of a posted message."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to send. `alt` says what it shows for those who don't see it, in at most 1,000 characters."""

    name: str
    title: str
    alt: str
    content: bytes


@dataclass(frozen=True, slots=True)
class OwnChannel:
    """A channel the bot created."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ChannelState:
    """The state of a known channel. `is_member` is true if the bot is in it.

    `is_shared` is true if another company reads what is posted there, or is invited to.
    """

    name: str
    is_archived: bool
    is_private: bool
    is_member: bool
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """A person, as the workspace knows them. `zone` is an IANA name; times of day for them use it.

    For somebody of another workspace, the e-mail address is that workspace's claim and proves nothing. `status` is the
    text beside their name, which Slack clears at `status_until`, if that is set.
    """

    slack_id: str
    name: str
    email: str | None
    zone: str | None
    is_active: bool
    member_type: MemberType
    is_admin: bool = False
    status: str = ""
    status_emoji: str = ""
    status_until: datetime | None = None


class NameTakenError(Permanent):
    """Another channel, perhaps an archived one, has that name."""


class ViewGoneError(Permanent):
    """The form was closed or replaced."""


class Workspace(Protocol):
    """Operations on the workspace.

    `effect_id` marks a message with the effect that sent it, so that it can be found after a lost answer.
    """

    @property
    def url(self) -> str:
        """The workspace's address, with a trailing slash."""
        ...

    async def create_channel(self, name: str, *, private: bool) -> OwnChannel:
        """Create a channel. Raises NameTakenError."""
        ...

    async def find_own_channel(self, name: str, *, since: datetime) -> OwnChannel | None:
        """Find a channel of that name which this bot created no earlier than `since`."""
        ...

    async def channel_state(self, channel: str) -> ChannelState | None:
        """Return the state of a channel; None if it is deleted, or hidden from the bot."""
        ...

    async def invite(self, channel: str, people: Sequence[str]) -> Mapping[str, str]:
        """Invite people by Slack id; members are skipped. Return those refused, each with the reason."""
        ...

    async def has_member(self, channel: str, person: str) -> bool:
        """Return True if somebody is in a channel now."""
        ...

    async def members(self, channel: str, most: int) -> Sequence[str] | None:
        """Return who is in a channel now; None if they are more than `most`. Raises Permanent if it is hidden."""
        ...

    async def unfurl(self, at: Posted, previews: Mapping[str, Sequence[Block]]) -> None:
        """Show a preview below a message for each of its links, in place of an earlier one."""
        ...

    async def is_shared(self, channel: str) -> bool:
        """Return True if another company reads a channel, as far as Slack has said in the last minutes."""
        ...

    def forget_channel(self, channel: str) -> None:
        """Forget what Slack has said of a channel: somebody has changed it."""
        ...

    async def post(
        self, to: str, message: Message, *, effect_id: int, urgent: bool = False, for_customer: bool = False
    ) -> Posted:
        """Post to a channel, or to a person by Slack id. An urgent message doesn't wait for our rate limits.

        Raises Permanent with the code `shared_channel` for a channel that another company reads, unless the message is
        `for_customer`.
        """
        ...

    async def post_ephemeral(self, channel: str, person: str, message: Message, *, thread: str | None = None) -> None:
        """Post a message that only one person sees, in a thread if given; it disappears when they reload."""
        ...

    async def find_posted(self, to: str, *, effect_id: int, since: datetime) -> Posted | None:
        """Find the message an effect has already posted, if it arrived."""
        ...

    async def message(self, channel: str, ts: str) -> SaidMessage | None:
        """Return a message of a channel, also one in a thread; None if it is gone."""
        ...

    async def edit(self, posted: Posted, message: Message) -> None:
        """Replace the content of a message of ours."""
        ...

    async def remove(self, posted: Posted) -> None:
        """Delete a message of ours; does nothing if it is gone."""
        ...

    async def pin(self, posted: Posted) -> None:
        """Pin a message; one already pinned is fine."""
        ...

    async def bookmark(self, channel: str, title: str, link: str, emoji: str) -> None:
        """Add a bookmark to a channel."""
        ...

    async def has_bookmark(self, channel: str, link: str) -> bool:
        """Return True if a channel has a bookmark to that address."""
        ...

    async def find_bookmark(self, channel: str, title: str) -> str | None:
        """Return the id of a channel's bookmark with that title."""
        ...

    async def redirect_bookmark(self, channel: str, bookmark: str, link: str) -> None:
        """Point a bookmark at another address."""
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
        """Return our own messages in a channel with their texts, without replies in threads."""
        ...

    async def archive(self, channel: str) -> None:
        """Archive a channel; one already archived is fine."""
        ...

    async def create_canvas(self, channel: str, title: str, markdown: str) -> str:
        """Create a canvas in a channel and return its id."""
        ...

    async def protect_canvas(self, canvas: str, channel: str) -> None:
        """Make a canvas of ours readable for the people of a channel, and not writable."""
        ...

    async def edit_canvas(self, canvas: str, markdown: str) -> bool:
        """Replace the content of a canvas of ours; return False if it is gone."""
        ...

    async def remove_canvas(self, canvas: str) -> None:
        """Delete a canvas of ours; does nothing if it is gone."""
        ...

    async def upload_file(self, channel: str, thread: str, name: str, title: str, content: str) -> str:
        """Post a file into a thread of a channel and return its id."""
        ...

    async def send_picture(self, person: str, picture: Picture, words: str, *, since: datetime | None) -> None:
        """Send somebody a picture directly, with words above it.

        With `since` an earlier attempt may have arrived: one of that title sent no earlier than then is enough.
        """
        ...

    async def begin_upload(self, name: str, content: bytes) -> str:
        """Upload a file that nobody sees yet, and return its id."""
        ...

    async def end_upload(self, file: str, channel: str, thread: str, title: str) -> None:
        """Post an uploaded file into a thread of a channel."""
        ...

    async def file_content(self, file: str) -> bytes:
        """Return the content of a file, of at most `LARGEST_FILE` bytes."""
        ...

    async def has_file(self, file: str) -> bool:
        """Return True if there is a file, uploaded to its end."""
        ...

    async def remove_file(self, file: str) -> None:
        """Delete a file of ours; does nothing if it is gone."""
        ...

    async def find_document(self, channel: str, title: str, *, since: datetime) -> str | None:
        """Return the newest canvas or file of ours in a channel with a title, made no earlier than `since`."""
        ...

    async def document_link(self, document: str) -> str | None:
        """Return the address of a canvas or a file; None if the workspace doesn't say."""
        ...

    async def open_view(self, trigger: str, view: View) -> str:
        """Open a form and return its id. A trigger works once and for three seconds."""
        ...

    async def push_view(self, trigger: str, view: View) -> str:
        """Put a form on top of the one in which something was pressed, and return its id."""
        ...

    async def update_view(self, view_id: str, view: View, *, expected: str | None = None) -> str:
        """Redraw a form and return its new hash.

        Raises ViewGoneError if it was closed, or if its hash is no longer `expected`.
        """
        ...

    async def publish_home(self, person: str, view: View) -> None:
        """Publish a person's Home tab."""
        ...

    async def profile(self, slack_id: str) -> Profile:
        """Return a person's profile."""
        ...

    def described(self, user: Mapping[str, Any]) -> Profile:
        """Return the profile of the person an event describes."""
        ...

    async def group_members(self, group: str) -> Sequence[str]:
        """Return the Slack ids of the members of a user group, by id or handle. Raises Permanent if there is none."""
        ...

    async def set_group_members(self, group: str, people: Sequence[str]) -> None:
        """Replace the members of a user group, by its id or handle; there must be at least one."""
        ...

    async def respond(self, address: str, answer: Mapping[str, Any]) -> None:
        """Answer a command after its acknowledgement, at the address that came with it; valid for half an hour."""
        ...

    async def profile_by_email(self, email: str) -> Profile | None:
        """Return the profile with an e-mail address; None if nobody has it."""
        ...
