"""The workspace: its content, look-ups, and message timestamps."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING, Any

from sandbox.apps import App
from sandbox.clock import Clock
from sandbox.ids import MICROSECONDS, Ids, timestamp
from sandbox.state.changes import Changes
from sandbox.state.channels import DIRECT, GROUP, PRIVATE, PUBLIC, Channel, Note
from sandbox.state.messages import Message
from sandbox.state.people import COLORS, SLACKBOT, User, Usergroup
from sandbox.state.triggers import Triggers
from sandbox.state.views import Views
from sandbox.workspace_file import ChannelSeed, Seed

if TYPE_CHECKING:
    from sandbox.state.agents import AgentThread, Streaming
    from sandbox.state.calls import VoiceCall
    from sandbox.state.connect import Invite
    from sandbox.state.documents import Canvas, SlackList
    from sandbox.state.executions import Execution
    from sandbox.state.files import File, Ticket
    from sandbox.state.scheduled import Scheduled


@dataclass(frozen=True)
class Team:
    """The workspace's own id, name and domain."""

    id: str
    name: str
    domain: str

    @property
    def url(self) -> str:
        """Return the workspace's URL."""
        return f"https://{self.domain}.slack.com/"


class Workspace:
    """Holds the state. Everything runs on one event loop and changes synchronously, so no locks are needed."""

    def __init__(self, seed: Seed, apps: Sequence[App], clock: Clock) -> None:
        self.seed = seed
        self.apps = list(apps)
        self.clock = clock
        self.base_url = ""
        self.changes = Changes()
        self.team = Team(seed.workspace.id, seed.workspace.name, seed.workspace.domain)
        self.clear()
        self._sow()

    def clear(self) -> None:
        """Remove everything, including people."""
        self.ids = Ids()
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.usergroups: dict[str, Usergroup] = {}
        self.files: dict[str, File] = {}
        self.tickets: dict[str, Ticket] = {}
        self.canvases: dict[str, Canvas] = {}
        self.lists: dict[str, SlackList] = {}
        self.exports: dict[str, tuple[str, str, bool]] = {}
        self.voice_calls: dict[str, VoiceCall] = {}
        self.invites: dict[str, Invite] = {}
        self.scheduled: dict[str, Scheduled] = {}
        self.executions: dict[str, Execution] = {}
        self.threads: dict[tuple[str, str], AgentThread] = {}
        self.streams: dict[tuple[str, str], Streaming] = {}
        self.emoji: dict[str, str] = dict(self.seed.emoji)
        self.ephemerals: dict[tuple[str, str], list[Message]] = {}
        self.chosen: dict[tuple[str, str, str], dict[str, dict[str, Any]]] = {}
        self.views = Views(self.ids)
        self.triggers = Triggers()
        self._by_name: dict[str, str] = {}
        self._by_members: dict[tuple[str, ...], str] = {}
        self._last = 0

    def reset(self) -> None:
        """Reset to the workspace file, with all tokens valid."""
        self.clear()
        for app in self.apps:
            app.revoked = False
        self._sow()
        self.changes.tell("reset")

    def now(self) -> float:
        """Return the sandbox's time."""
        return self.clock.now()

    def moment(self) -> int:
        """Return the sandbox's time in whole seconds, for `created` and the like."""
        return int(self.now())

    def new_ts(self, channel: Channel | None = None) -> str:
        """Return a unique `ts`, later than the one before unless the clock was set back."""
        micros = int(self.now() * MICROSECONDS)
        if 0 <= self._last - micros < MICROSECONDS:
            micros = self._last + 1
        while channel is not None and timestamp(micros) in channel.messages:
            micros += 1
        self._last = micros
        return timestamp(micros)

    def add_channel(self, channel: Channel) -> None:
        """Add a conversation."""
        self.channels[channel.id] = channel
        if channel.is_named:
            self._by_name[channel.name] = channel.id
        else:
            self._by_members[tuple(sorted(channel.members))] = channel.id

    def rename_channel(self, channel: Channel, name: str) -> None:
        """Rename a channel; the old name becomes free."""
        del self._by_name[channel.name]
        channel.previous_names.insert(0, channel.name)
        channel.name = name
        self._by_name[name] = channel.id

    def remove_channel(self, channel: Channel) -> None:
        """Remove a channel and its messages."""
        del self.channels[channel.id]
        del self._by_name[channel.name]
        self.ephemerals = {key: kept for key, kept in self.ephemerals.items() if key[1] != channel.id}
        for file in self.files.values():
            file.shares.pop(channel.id, None)
        self.invites = {key: kept for key, kept in self.invites.items() if kept.channel != channel.id}
        for canvas in self.canvases.values():
            canvas.channel = None if canvas.channel == channel.id else canvas.channel
        self.threads = {key: kept for key, kept in self.threads.items() if key[0] != channel.id}
        self.streams = {key: kept for key, kept in self.streams.items() if key[0] != channel.id}

    def channel_named(self, name: str) -> Channel | None:
        """Return the channel of this name, including archived ones, which keep their names."""
        found = self._by_name.get(name)
        return self.channels[found] if found else None

    def conversation_of(self, members: Sequence[str]) -> Channel | None:
        """Return the direct or group message of exactly these people."""
        found = self._by_members.get(tuple(sorted(set(members))))
        return self.channels[found] if found else None

    def direct(self, one: str, other: str) -> Channel:
        """Return the direct message between two people, creating it if there is none; both may be the same."""
        return self.conversation_of([one, other]) or self.new_conversation(DIRECT, one, [one, other])

    def new_conversation(self, kind: str, creator: str, members: Sequence[str]) -> Channel:
        """Create a direct or group message."""
        people = list(dict.fromkeys(members))
        names = "--".join(self.users[person].name for person in people)
        channel = Channel(
            id=self.ids.new("D" if kind == DIRECT else "C"),
            kind=kind,
            name="" if kind == DIRECT else f"mpdm-{names}-1",
            creator=creator,
            created=self.moment(),
            members=people,
            updated=self.moment(),
        )
        if kind == GROUP:
            channel.purpose = Note(
                f"Group messaging with: {' '.join('@' + self.users[p].name for p in people)}", creator
            )
        self.add_channel(channel)
        self.changes.tell("conversation_opened", channel=channel)
        return channel

    def app_of(self, user_id: str) -> App | None:
        """Return the app that owns this bot user."""
        return next((app for app in self.apps if app.user_id == user_id), None)

    def app(self, app_id: str) -> App:
        """Return an installed app."""
        return next(app for app in self.apps if app.id == app_id)

    def permalink(self, channel: Channel, message: Message) -> str:
        """Return a message's permalink."""
        link = f"{self.team.url}archives/{channel.id}/p{message.ts.replace('.', '')}"
        return f"{link}?thread_ts={message.thread_ts}&cid={channel.id}" if message.is_reply else link

    def _sow(self) -> None:
        """Fill the workspace from its file, with Slackbot and the bots."""
        self.users[SLACKBOT] = User(id=SLACKBOT, name="slackbot", real_name="Slackbot", is_bot=True)
        for app in self.apps:
            self.users[app.user_id] = app.as_user()
        for user, color in zip(self.seed.users, cycle(COLORS), strict=False):
            more = {"real_name": user.real_name or user.name, "color": color}
            self.users[user.id] = User(**vars(user) | more)
        for seed in self.seed.channels:
            self.add_channel(self._sown_channel(seed))
        for group in self.seed.usergroups:
            self.usergroups[group.id] = Usergroup(
                id=group.id,
                handle=group.handle,
                name=group.name or group.handle,
                description=group.description,
                users=list(group.users),
                created=self.moment(),
                updated=self.moment(),
            )

    def _sown_channel(self, seed: ChannelSeed) -> Channel:
        creator = seed.creator or next(iter(seed.members), SLACKBOT)
        now = self.moment()
        return Channel(
            id=seed.id,
            kind=PRIVATE if seed.is_private else PUBLIC,
            name=seed.name,
            creator=creator,
            created=now,
            members=list(seed.members),
            is_general=seed.is_general or seed.name == "general",
            is_archived=seed.is_archived,
            is_ext_shared=seed.is_ext_shared,
            topic=Note(seed.topic, creator, now) if seed.topic else Note(),
            purpose=Note(seed.purpose, creator, now) if seed.purpose else Note(),
            updated=now,
        )
