"""Slack Connect as one workspace sees it: invitations to others, and requests of our people to send them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.state.workspace import Workspace

Json = dict[str, Any]

LIFE = 14 * 24 * 3600
"""Seconds for which an invitation, or a request for one, is valid."""

REQUESTED, SENT, ACCEPTED, APPROVED, DECLINED, DENIED = (
    "requested",
    "sent",
    "accepted",
    "approved",
    "declined",
    "denied",
)


@dataclass
class Invite:
    """An invitation of somebody from another workspace into a channel.

    Requested by one of our people or sent directly; then accepted or declined there, then approved or declined here.
    """

    id: str
    channel: str
    inviter: str
    email: str
    recipient: str
    created: int
    status: str = SENT
    external_limited: bool = True
    team: str = ""
    updated: int = 0

    def has_expired(self, now: float) -> bool:
        """Return True if it was not answered in time."""
        return self.status in (REQUESTED, SENT) and now > self.created + LIFE


def invite_json(workspace: "Workspace", invite: Invite) -> Json:
    """Return an invitation as events and lists have it."""
    described: Json = {
        "id": invite.id,
        "date_created": invite.created,
        "date_invalid": invite.created + LIFE,
        "inviting_team": team_json(workspace, workspace.team.id),
        "inviting_user": user_json(workspace, invite.inviter),
    }
    if invite.email:
        described["recipient_email"] = invite.email
    if invite.recipient:
        described["recipient_user_id"] = invite.recipient
    return described


def team_json(workspace: "Workspace", team_id: str) -> Json:
    """Return a workspace; of others only the id is known."""
    ours = team_id == workspace.team.id
    return {
        "id": team_id,
        "name": workspace.team.name if ours else team_id,
        "icon": {"image_default": True},
        "is_verified": False,
        "domain": workspace.team.domain if ours else team_id.lower(),
        "date_created": 0,
    }


def user_json(workspace: "Workspace", user_id: str) -> Json:
    """Return a person as invitations have them."""
    user = workspace.users[user_id]
    team = user.team_id or workspace.team.id
    profile = user.profile(with_email=True) | {"team": team}
    return {"id": user.id, "team_id": team, "name": user.name, "updated": user.updated, "profile": profile}


def guest_json(workspace: "Workspace", invite: Invite) -> Json:
    """Return the invited person; of somebody unknown only the e-mail."""
    known = (user for user in workspace.users.values() if user.team_id)
    user = next((user for user in known if invite.recipient == user.id or user.email == invite.email), None)
    if user is not None:
        return user_json(workspace, user.id)
    name = invite.email.partition("@")[0]
    profile = {"real_name": name, "display_name": name, "team": invite.team, "email": invite.email}
    return {"id": "U0ELSEWHERE", "team_id": invite.team, "name": name, "updated": 0, "profile": profile}


def request_json(workspace: "Workspace", invite: Invite) -> Json:
    """Return what a person requested."""
    user, channel = workspace.users[invite.inviter], workspace.channels[invite.channel]
    actor = {
        "id": user.id,
        "name": user.name,
        "is_bot": user.is_bot,
        "team_id": user.team_id or workspace.team.id,
        "timezone": user.tz,
        "real_name": user.real_name,
        "display_name": user.display_name,
    }
    latest = channel.messages.latest
    return {
        "actor": actor,
        "channel_id": channel.id,
        "event_type": "slack#/events/shared_channel_invite_requested",
        "channel_name": channel.name,
        "channel_type": "private" if channel.is_private else "public",
        "target_users": [{"email": invite.email, "invite_id": invite.id}],
        "is_external_limited": invite.external_limited,
        "channel_date_created": channel.created,
        "channel_message_latest_counted_timestamp": int(float(latest.ts)) if latest else 0,
    }


def channel_json(workspace: "Workspace", channel_id: str) -> Json:
    """Return the channel of an invitation."""
    channel = workspace.channels[channel_id]
    return {"id": channel.id, "is_private": channel.is_private, "is_im": False, "name": channel.name}


def answer(workspace: "Workspace", invite: Invite, status: str, by: str = "") -> None:
    """Record the answer to an invitation; share the channel once it is approved."""
    invite.status, invite.updated = status, workspace.moment()
    channel = workspace.channels[invite.channel]
    if status == APPROVED:
        channel.is_ext_shared = True
        workspace.changes.tell("channel_changed", channel=channel, user=by or invite.inviter)
    workspace.changes.tell("connect_invite_changed", invite=vars(invite) | {"by": by})


def is_pending(workspace: "Workspace", channel: str) -> bool:
    """Return True if another workspace is invited into a channel, and the invitation isn't settled yet."""
    waiting = (SENT, ACCEPTED)
    return any(one.channel == channel and one.status in waiting for one in workspace.invites.values())
