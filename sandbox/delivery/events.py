"""Turns what happens in the workspace into events for the apps that subscribed to them and may know of them."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from sandbox.apps import App
from sandbox.delivery.courier import Courier
from sandbox.delivery.payloads import event
from sandbox.state.changes import Change
from sandbox.state.channels import DIRECT, GROUP, PRIVATE, PUBLIC, Channel
from sandbox.state.messages import Message
from sandbox.state.people import Usergroup
from sandbox.state.wire import CHANNEL_TYPES, message_json
from sandbox.state.workspace import Workspace

Json = dict[str, Any]

MESSAGES = {
    PUBLIC: ("message.channels", "channels:history"),
    PRIVATE: ("message.groups", "groups:history"),
    DIRECT: ("message.im", "im:history"),
    GROUP: ("message.mpim", "mpim:history"),
}
"""The subscription and the scope that messages take, by the kind of conversation."""

READING = {PUBLIC: "channels:read", PRIVATE: "groups:read", DIRECT: "im:read", GROUP: "mpim:read"}

LINK = re.compile(r"<(https?://([^/|>]+)[^|>]*)(?:\|[^>]*)?>")


class Events:
    """Listens to changes and sends events."""

    def __init__(self, workspace: Workspace, courier: Courier) -> None:
        self._workspace = workspace
        self._courier = courier
        self._tellers: dict[str, Callable[..., None]] = {
            "message_posted": self._posted,
            "message_changed": self._changed,
            "message_deleted": self._deleted,
            "reaction_added": self._reaction("reaction_added"),
            "reaction_removed": self._reaction("reaction_removed"),
            "pin_added": self._pin("pin_added"),
            "pin_removed": self._pin("pin_removed"),
            "member_joined": self._member("member_joined_channel"),
            "member_left": self._member("member_left_channel"),
            "channel_created": self._created,
            "channel_archived": self._channel("channel_archive", "group_archive"),
            "channel_unarchived": self._channel("channel_unarchive", "group_unarchive"),
            "channel_renamed": self._renamed,
            "usergroup_created": self._group("subteam_created"),
            "usergroup_changed": self._group("subteam_updated"),
            "file_shared": self._file,
        }

    def __call__(self, change: Change) -> None:
        """Hear of a change."""
        if teller := self._tellers.get(change.kind):
            teller(**change.data)

    def emit(self, app: App, name: str, inner: Json) -> None:
        """Send an app an event it has asked for; others are not sent."""
        if app.hears(name):
            self._courier.send(app, inner["type"], event(self._workspace, app, inner))

    def _members(self, channel: Channel, scope: str) -> Iterable[App]:
        """Return the apps that are in a conversation and hold a scope."""
        return [app for app in self._workspace.apps if app.user_id in channel.members and app.allows(scope)]

    def _posted(self, channel: Channel, message: Message) -> None:
        inner = message_json(self._workspace, channel, message, metadata=True)
        self._tell_message(channel, inner | {"event_ts": message.ts})
        self._mention(channel, message)
        self._links(channel, message)

    def _changed(self, channel: Channel, message: Message, previous: Message) -> None:
        ts = self._workspace.new_ts()
        self._tell_message(
            channel,
            {
                "type": "message",
                "subtype": "message_changed",
                "message": message_json(self._workspace, channel, message),
                "previous_message": message_json(self._workspace, channel, previous),
                "hidden": True,
                "ts": ts,
                "event_ts": ts,
            },
        )

    def _deleted(self, channel: Channel, message: Message) -> None:
        ts = self._workspace.new_ts()
        self._tell_message(
            channel,
            {
                "type": "message",
                "subtype": "message_deleted",
                "previous_message": message_json(self._workspace, channel, message),
                "deleted_ts": message.ts,
                "hidden": True,
                "ts": ts,
                "event_ts": ts,
            },
        )

    def _tell_message(self, channel: Channel, inner: Json) -> None:
        name, scope = MESSAGES[channel.kind]
        for app in self._members(channel, scope):
            self.emit(app, name, inner | {"channel": channel.id, "channel_type": CHANNEL_TYPES[channel.kind]})

    def _mention(self, channel: Channel, message: Message) -> None:
        if channel.kind == DIRECT or message.subtype:
            return
        inner = message_json(self._workspace, channel, message)
        for app in self._members(channel, "app_mentions:read"):
            if f"<@{app.user_id}>" in message.text and message.user != app.user_id:
                mention = inner | {"type": "app_mention", "channel": channel.id, "event_ts": message.ts}
                self.emit(app, "app_mention", mention)

    def _links(self, channel: Channel, message: Message) -> None:
        if message.bot_id:
            return
        for app in self._workspace.apps:
            links = [
                {"domain": domain, "url": url}
                for url, domain in LINK.findall(message.text)
                if any(domain == known or domain.endswith(f".{known}") for known in app.manifest.unfurl_domains)
            ]
            if not links or not app.allows("links:read"):
                continue
            inner: Json = {
                "type": "link_shared",
                "channel": channel.id,
                "is_bot_user_member": app.user_id in channel.members,
                "user": message.user,
                "message_ts": message.ts,
                "links": links,
                "source": "conversations_history",
                "unfurl_id": f"{channel.id}-{message.ts}",
                "event_ts": message.ts,
            }
            self.emit(app, "link_shared", inner | ({"thread_ts": message.thread_ts} if message.thread_ts else {}))

    def _reaction(self, kind: str) -> Callable[..., None]:
        def tell(channel: Channel, message: Message, user: str, name: str) -> None:
            inner = {
                "type": kind,
                "user": user,
                "reaction": name,
                "item_user": message.user,
                "item": {"type": "message", "channel": channel.id, "ts": message.ts},
                "event_ts": self._workspace.new_ts(),
            }
            for app in self._members(channel, "reactions:read"):
                self.emit(app, kind, inner)

        return tell

    def _pin(self, kind: str) -> Callable[..., None]:
        def tell(channel: Channel, message: Message, user: str) -> None:
            inner = {
                "type": kind,
                "user": user,
                "channel_id": channel.id,
                "item": {
                    "type": "message",
                    "channel": channel.id,
                    "message": message_json(self._workspace, channel, message),
                    "created_by": user,
                    "created": self._workspace.moment(),
                },
                "item_user": message.user,
                "pin_count": str(len(channel.pins)),
                "has_pins": bool(channel.pins),
                "event_ts": self._workspace.new_ts(),
            }
            for app in self._members(channel, "pins:read"):
                self.emit(app, kind, inner)

        return tell

    def _member(self, kind: str) -> Callable[..., None]:
        def tell(channel: Channel, user: str, inviter: str | None = None) -> None:
            inner = {
                "type": kind,
                "user": user,
                "channel": channel.id,
                "channel_type": "C",
                "team": self._workspace.team.id,
                "event_ts": self._workspace.new_ts(),
            } | ({"inviter": inviter} if inviter else {})
            for app in self._members(channel, READING[channel.kind]):
                self.emit(app, kind, inner)

        return tell

    def _created(self, channel: Channel, user: str) -> None:
        if channel.kind != PUBLIC:
            return
        described = {
            "id": channel.id,
            "is_channel": True,
            "name": channel.name,
            "name_normalized": channel.name,
            "created": channel.created,
            "creator": user,
            "is_shared": False,
            "is_org_shared": False,
            "context_team_id": self._workspace.team.id,
            "is_archived": False,
            "is_private": False,
        }
        for app in self._workspace.apps:
            if app.allows("channels:read"):
                inner = {"type": "channel_created", "channel": described, "event_ts": self._workspace.new_ts()}
                self.emit(app, "channel_created", inner)

    def _channel(self, public: str, private: str) -> Callable[..., None]:
        def tell(channel: Channel, user: str) -> None:
            kind = public if channel.kind == PUBLIC else private
            inner = {"type": kind, "channel": channel.id, "user": user, "event_ts": self._workspace.new_ts()}
            for app in self._knowing(channel):
                self.emit(app, kind, inner)

        return tell

    def _renamed(self, channel: Channel, user: str) -> None:
        del user  # Slack does not tell who it was
        kind = "channel_rename" if channel.kind == PUBLIC else "group_rename"
        described = {
            "id": channel.id,
            "name": channel.name,
            "name_normalized": channel.name,
            "created": channel.created,
            "is_channel": channel.kind == PUBLIC,
            "is_mpim": False,
        }
        for app in self._knowing(channel):
            self.emit(app, kind, {"type": kind, "channel": described, "event_ts": self._workspace.new_ts()})

    def _knowing(self, channel: Channel) -> Iterable[App]:
        """Return the apps that may know of a channel: of a public one, all that may list channels."""
        if channel.kind == PUBLIC:
            return [app for app in self._workspace.apps if app.allows("channels:read")]
        return self._members(channel, READING[channel.kind])

    def _group(self, kind: str) -> Callable[..., None]:
        def tell(usergroup: Usergroup) -> None:
            described = usergroup.as_json(self._workspace.team.id, with_users=True, with_count=True)
            for app in self._workspace.apps:
                if app.allows("usergroups:read"):
                    self.emit(app, kind, {"type": kind, "subteam": described, "event_ts": self._workspace.new_ts()})

        return tell

    def _file(self, channel: Channel, file_id: str, user: str) -> None:
        inner = {
            "type": "file_shared",
            "channel_id": channel.id,
            "file_id": file_id,
            "file": {"id": file_id},
            "user_id": user,
            "event_ts": self._workspace.new_ts(),
        }
        for app in self._members(channel, "files:read"):
            self.emit(app, "file_shared", inner)
