"""Turns changes in the workspace into events, for apps that are subscribed and may see them."""

import re
from collections.abc import Callable
from typing import Any

from sandbox.apps import App
from sandbox.delivery.courier import Courier
from sandbox.delivery.payloads import event
from sandbox.event_names import SCOPES
from sandbox.state import connect
from sandbox.state.agents import IN_PROGRESS, ROOT, STOPPED
from sandbox.state.changes import Change
from sandbox.state.channels import DIRECT, GROUP, PRIVATE, PUBLIC, Channel
from sandbox.state.messages import Message
from sandbox.state.people import User, Usergroup
from sandbox.state.wire import CHANNEL_TYPES, message_json
from sandbox.state.workspace import Workspace

Json = dict[str, Any]
Teller = Callable[..., None]

MESSAGES = {PUBLIC: "message.channels", PRIVATE: "message.groups", DIRECT: "message.im", GROUP: "message.mpim"}
FAMILIES = {PUBLIC: "channels:", PRIVATE: "groups:", DIRECT: "im:", GROUP: "mpim:"}

LINK = re.compile(r"<(https?://([^/|>]+)[^|>]*)(?:\|[^>]*)?>")


class Events:
    """Listens for changes and sends events."""

    def __init__(self, workspace: Workspace, courier: Courier) -> None:
        self._workspace = workspace
        self._courier = courier
        self._tellers: dict[str, Teller] = {
            "channel_archived": self._channel("archive"),
            "channel_created": self._created,
            "channel_deleted": self._erased,
            "channel_renamed": self._renamed,
            "channel_unarchived": self._channel("unarchive"),
            "channel_unshared": self._unshared,
            "connect_invite_changed": self._invite,
            "file_changed": self._file_event("file_change"),
            "file_created": self._file_event("file_created"),
            "file_deleted": self._file_event("file_deleted"),
            "file_shared": self._file,
            "member_joined": self._member("member_joined_channel"),
            "member_left": self._left,
            "message_changed": self._changed,
            "message_deleted": self._deleted,
            "message_posted": self._posted,
            "pin_added": self._pin("pin_added"),
            "pin_removed": self._pin("pin_removed"),
            "reaction_added": self._reaction("reaction_added"),
            "reaction_removed": self._reaction("reaction_removed"),
            "token_revoked": self._revoked,
            "user_changed": self._person,
            "usergroup_changed": self._group("subteam_updated"),
            "usergroup_members_changed": self._group_members,
            "usergroup_created": self._group("subteam_created"),
        }

    def __call__(self, change: Change) -> None:
        """Handle a change."""
        if teller := self._tellers.get(change.kind):
            teller(**change.data)

    def listeners(self, name: str, channel: Channel | None = None, *, members: bool = True) -> list[App]:
        """Return the apps that get an event: subscribed, allowed, and in the conversation it is about."""
        return [
            app
            for app in self._workspace.apps
            if app.hears(name)
            and _allowed(app, name, channel)
            and (channel is None or not members or app.user_id in channel.members)
        ]

    def _send(self, apps: list[App], inner: Json) -> None:
        if "event_ts" not in inner:
            inner = inner | {"event_ts": self._workspace.new_ts()}
        for app in apps:
            self._courier.send(app, inner["type"], event(self._workspace, app, inner))

    def _posted(self, channel: Channel, message: Message) -> None:
        if message.subtype == ROOT:
            return  # sent as `assistant_thread_started`
        if apps := self.listeners(MESSAGES[channel.kind], channel):
            inner = message_json(self._workspace, channel, message, metadata=True)
            self._send(apps, inner | _in(channel) | {"event_ts": message.ts})
        self._metadata(channel, message, None, message.metadata)
        self._mention(channel, message)
        self._links(channel, message)

    def _changed(self, channel: Channel, message: Message, previous: Message) -> None:
        self._metadata(channel, message, previous.metadata, message.metadata)
        if message.extra.get("streaming_state") in (IN_PROGRESS, STOPPED):
            return  # sent when the stream is complete
        if apps := self.listeners(MESSAGES[channel.kind], channel):
            told = {"message": message_json(self._workspace, channel, message)}
            self._send(apps, self._hidden(channel, "message_changed", previous) | told)

    def _deleted(self, channel: Channel, message: Message) -> None:
        self._metadata(channel, message, message.metadata, None)
        if apps := self.listeners(MESSAGES[channel.kind], channel):
            self._send(apps, self._hidden(channel, "message_deleted", message) | {"deleted_ts": message.ts})

    def _hidden(self, channel: Channel, subtype: str, previous: Message) -> Json:
        ts = self._workspace.new_ts()
        return {
            "type": "message",
            "subtype": subtype,
            "previous_message": message_json(self._workspace, channel, previous),
            "hidden": True,
            "ts": ts,
            "event_ts": ts,
            **_in(channel),
        }

    def _metadata(self, channel: Channel, message: Message, before: Json | None, now: Json | None) -> None:
        """Send events for added, changed or removed metadata to apps whose manifests list its app and type."""
        before, now = (kept if kept and "event_type" in kept else None for kept in (before, now))
        if before == now:
            return
        what = "posted" if before is None else "deleted" if now is None else "updated"
        inner: Json = {
            "type": f"message_metadata_{what}",
            "channel_id": channel.id,
            "app_id": message.app_id,
            "bot_id": message.bot_id,
            "user_id": message.user,
            "team_id": self._workspace.team.id,
            "message_ts": message.ts,
        }
        inner |= {"metadata": now} if now is not None else {"deleted_ts": message.ts}
        inner |= {"previous_metadata": before} if before is not None else {}
        event_type = (now or before or {})["event_type"]
        apps = self.listeners(inner["type"], channel)
        self._send([app for app in apps if app.hears_metadata(message.app_id or "", event_type)], inner)

    def _mention(self, channel: Channel, message: Message) -> None:
        if channel.kind == DIRECT or message.subtype:
            return
        for app in self.listeners("app_mention", channel):
            if f"<@{app.user_id}>" in message.text and message.user != app.user_id:
                inner = message_json(self._workspace, channel, message)
                mention = {"type": "app_mention", "channel": channel.id, "event_ts": message.ts}
                self._send([app], inner | mention)

    def _links(self, channel: Channel, message: Message) -> None:
        if message.bot_id:
            return
        for app in self.listeners("link_shared", channel, members=False):
            links = [
                {"domain": domain, "url": url}
                for url, domain in LINK.findall(message.text)
                if any(domain == known or domain.endswith(f".{known}") for known in app.manifest.unfurl_domains)
            ]
            if not links:
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
            self._send([app], inner | ({"thread_ts": message.thread_ts} if message.thread_ts else {}))

    def _reaction(self, kind: str) -> Teller:
        def tell(channel: Channel, message: Message, user: str, name: str) -> None:
            inner = {
                "type": kind,
                "user": user,
                "reaction": name,
                "item_user": message.user,
                "item": {"type": "message", "channel": channel.id, "ts": message.ts},
            }
            self._send(self.listeners(kind, channel), inner)

        return tell

    def _pin(self, kind: str) -> Teller:
        def tell(channel: Channel, message: Message, user: str) -> None:
            item = {
                "type": "message",
                "channel": channel.id,
                "message": message_json(self._workspace, channel, message)
                | {"permalink": self._workspace.permalink(channel, message)},
                "created_by": user,
                "created": self._workspace.moment(),
            }
            pinned = {"channel": channel.id, "pinned_by": user, "pinned_ts": self._workspace.moment()}
            inner = {
                "type": kind,
                "user": user,
                "channel_id": channel.id,
                "item": item,
                "item_user": message.user,
                "pin_count": str(len(channel.pins)),
                "pinned_info": pinned,
                "has_pins": bool(channel.pins),
            }
            self._send(self.listeners(kind, channel), inner)

        return tell

    def _member(self, kind: str) -> Teller:
        def tell(channel: Channel, user: str, inviter: str | None = None) -> None:
            inner = {
                "type": kind,
                "user": user,
                "channel": channel.id,
                "channel_type": "C" if channel.kind == PUBLIC else "G",
                "team": self._workspace.users[user].team_id or self._workspace.team.id,
            }
            self._send(self.listeners(kind, channel), inner | ({"inviter": inviter} if inviter else {}))

        return tell

    def _left(self, channel: Channel, user: str, by: str) -> None:
        self._member("member_left_channel")(channel, user)
        app = self._workspace.app_of(user)
        kind = "channel_left" if channel.kind == PUBLIC else "group_left"
        if app is not None and app in self.listeners(kind, channel, members=False):
            self._send([app], {"type": kind, "channel": channel.id, "actor_id": by})

    def _erased(self, channel: Channel, user: str) -> None:
        kind = "channel_deleted" if channel.kind == PUBLIC else "group_deleted"
        apps = self.listeners(kind, channel, members=channel.is_private)
        when = {} if channel.kind == PUBLIC else {"date_deleted": self._workspace.moment()}
        self._send(apps, {"type": kind, "channel": channel.id, "actor_id": user, **when})

    def _created(self, channel: Channel, user: str) -> None:
        if channel.kind != PUBLIC:
            return
        described = _described(channel) | {
            "creator": user,
            "context_team_id": self._workspace.team.id,
            "is_archived": channel.is_archived,
            "is_ext_shared": channel.is_ext_shared,
            "is_frozen": False,
            "is_general": channel.is_general,
            "is_group": False,
            "is_im": False,
            "is_org_shared": False,
            "is_pending_ext_shared": False,
            "is_shared": channel.is_ext_shared,
        }
        apps = self.listeners("channel_created", channel, members=False)
        self._send(apps, {"type": "channel_created", "channel": described})

    def _channel(self, what: str) -> Teller:
        def tell(channel: Channel, user: str) -> None:
            kind = f"channel_{what}" if channel.kind == PUBLIC else f"group_{what}"
            apps = self.listeners(kind, channel, members=channel.is_private)
            self._send(apps, {"type": kind, "channel": channel.id, "user": user})

        return tell

    def _renamed(self, channel: Channel, user: str) -> None:
        del user  # Slack does not say who it was
        kind = "channel_rename" if channel.kind == PUBLIC else "group_rename"
        apps = self.listeners(kind, channel, members=channel.is_private)
        self._send(apps, {"type": kind, "channel": _described(channel)})

    def _group(self, kind: str) -> Teller:
        def tell(usergroup: Usergroup) -> None:
            described = usergroup.as_json(self._workspace.team.id, with_users=True, with_count=True)
            self._send(self.listeners(kind), {"type": kind, "subteam": described})

        return tell

    def _group_members(self, usergroup: Usergroup, added: list[str], removed: list[str], previously: int) -> None:
        inner: Json = {
            "type": "subteam_members_changed",
            "subteam_id": usergroup.id,
            "team_id": self._workspace.team.id,
            "date_previous_update": previously,
            "date_update": usergroup.updated,
            "added_users": added,
            "added_users_count": len(added),
            "removed_users": removed,
            "removed_users_count": len(removed),
        }
        if added or removed:
            self._send(self.listeners("subteam_members_changed"), inner)

    def _file(self, channel: Channel, file_id: str, user: str) -> None:
        inner = {
            "type": "file_shared",
            "channel_id": channel.id,
            "file_id": file_id,
            "file": {"id": file_id},
            "user_id": user,
        }
        self._send(self.listeners("file_shared", channel), inner)

    def _invite(self, invite: Json) -> None:
        """Send the events of an invitation to another workspace."""
        workspace = self._workspace
        status, by = invite["status"], invite["by"]
        found = workspace.invites[invite["id"]]
        channel = workspace.channels[found.channel]
        teams = [connect.team_json(workspace, team) for team in (workspace.team.id, found.team) if team]
        told: Json = {
            "type": f"shared_channel_invite_{status}",
            "invite": connect.invite_json(workspace, found),
            "channel": connect.channel_json(workspace, channel.id),
            "teams_in_channel": teams,
        }
        match status:
            case connect.ACCEPTED:
                told |= {"approval_required": True, "accepting_user": connect.guest_json(workspace, found)}
            case connect.APPROVED:
                user = connect.user_json(workspace, by)
                told |= {"approving_team_id": workspace.team.id, "approving_user": user}
            case connect.DECLINED:
                user = connect.user_json(workspace, by) if by else connect.guest_json(workspace, found)
                told |= {"declining_team_id": user["team_id"], "declining_user": user}
            case connect.REQUESTED:
                told |= connect.request_json(workspace, found) | {"teams_in_channel": teams}
                del told["invite"], told["channel"]
            case _:
                return
        self._send(self.listeners(told["type"]), told)
        if status == connect.APPROVED:
            shared = {"type": "channel_shared", "channel": channel.id, "connected_team_id": found.team}
            self._send(self.listeners("channel_shared", channel), shared)

    def _unshared(self, channel: Channel, team: str) -> None:
        inner = {
            "type": "channel_unshared",
            "previously_connected_team_id": team,
            "channel": channel.id,
            "is_ext_shared": channel.is_ext_shared,
        }
        self._send(self.listeners("channel_unshared", channel), inner)

    def _file_event(self, kind: str) -> Teller:
        def tell(file_id: str, user: str, channels: list[str]) -> None:
            inner: Json = {"type": kind, "file_id": file_id}
            inner |= {"channel_ids": channels} if kind == "file_deleted" else {"file": {"id": file_id}}
            if kind == "file_created":
                inner["user_id"] = user
            members = {member for channel in channels for member in self._workspace.channels[channel].members}
            self._send([app for app in self.listeners(kind) if app.user_id in members | {user}], inner)

        return tell

    def _person(self, user: User) -> None:
        for app in self.listeners("user_change"):
            allowed = app.allows("users:read.email")
            described = user.as_json(self._workspace.team.id, at=self._workspace.now(), with_email=allowed)
            self._send([app], {"type": "user_change", "user": described, "cache_ts": self._workspace.moment()})

    def _revoked(self, app: App) -> None:
        if app in self.listeners("tokens_revoked"):
            self._send([app], {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [app.user_id]}})


def _allowed(app: App, name: str, channel: Channel | None) -> bool:
    """Return True if the app has the scope for an event, by kind of conversation if it depends on that."""
    scopes = SCOPES[name]
    if channel is not None:
        for_kind = frozenset(scope for scope in scopes if scope.startswith(FAMILIES[channel.kind]))
        for_any = frozenset(scope for scope in scopes if not scope.startswith(tuple(FAMILIES.values())))
        scopes = for_kind or for_any
        if SCOPES[name] and not scopes:
            return False
    return not scopes or app.allows_any(scopes)


def _in(channel: Channel) -> Json:
    return {"channel": channel.id, "channel_type": CHANNEL_TYPES[channel.kind]}


def _described(channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "created": channel.created,
        "is_channel": channel.kind == PUBLIC,
        "is_private": channel.is_private,
        "is_mpim": False,
    }
