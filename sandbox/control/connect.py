"""Slack Connect: responses of other workspaces, and requests of people for an invitation."""

from typing import Any

from sandbox.control.channels import open_to
from sandbox.control.control_call import ControlCall
from sandbox.control.interact import Interactions
from sandbox.errors import Misuse
from sandbox.state import connect, membership
from sandbox.state.channels import Channel
from sandbox.state.connect import ACCEPTED, APPROVED, DECLINED, REQUESTED, SENT, Invite
from sandbox.state.workspace import Workspace

Json = dict[str, Any]


def share(_interactions: Interactions, call: ControlCall) -> Json:
    """Request an invitation for somebody outside into a channel; the Slack Connect administrators decide."""
    call.only("user", "channel", "email")
    user = call.user()
    channel = open_to(call, user)
    email = call.text("email")
    if not channel.is_named or channel.is_general:
        raise Misuse("cannot_share", "only channels are shared, and #general is not")
    if "@" not in email:
        raise Misuse("not_an_address", f"{email!r} is not an address")
    workspace = call.workspace
    wanted = Invite(workspace.ids.new("I"), channel.id, user.id, email, "", workspace.moment(), REQUESTED)
    workspace.invites[wanted.id] = wanted
    connect.answer(workspace, wanted, REQUESTED, user.id)
    return {"invite_id": wanted.id}


def connected(_interactions: Interactions, call: ControlCall) -> Json:
    """Share a channel with another workspace, as its administrators agree on at once; with `end` stop sharing it."""
    call.only("user", "channel", "team", "end")
    user = call.user()
    channel = open_to(call, user)
    team = call.text("team", "T0ELSEWHERE")
    if not channel.is_named or channel.is_general:
        raise Misuse("cannot_share", "only channels are shared, and #general is not")
    if call.given.get("end"):
        _end(call.workspace, channel, user.id, team)
        return {"channel": channel.id}
    workspace = call.workspace
    wanted = Invite(workspace.ids.new("I"), channel.id, user.id, "", "", workspace.moment(), SENT, team=team)
    workspace.invites[wanted.id] = wanted
    for status in (ACCEPTED, APPROVED):
        connect.answer(workspace, wanted, status, user.id)
    return {"channel": channel.id}


def reply(_interactions: Interactions, call: ControlCall) -> Json:
    """Accept or decline an invitation as the other workspace."""
    call.only("invite", "team", "decline")
    invite = call.workspace.invites.get(call.text("invite"))
    if invite is None or invite.status != SENT:
        waiting = ", ".join(one.id for one in call.workspace.invites.values() if one.status == SENT) or "none"
        raise Misuse("invite_not_found", f"no such invitation waits for an answer; there are: {waiting}")
    invite.team = call.text("team", "T0ELSEWHERE")
    connect.answer(call.workspace, invite, DECLINED if call.given.get("decline") else ACCEPTED)
    return {"invite": vars(invite)}


def _end(workspace: Workspace, channel: Channel, user: str, team: str) -> None:
    """Stop sharing a channel: its members from elsewhere are put out of it."""
    channel.is_ext_shared = False
    outside = {one.id for one in workspace.users.values() if one.team_id not in ("", workspace.team.id)}
    for member in [member for member in channel.members if member in outside]:
        membership.leave(workspace, channel, member, by=user)
    workspace.changes.tell("channel_changed", channel=channel, user=user)
    workspace.changes.tell("channel_unshared", channel=channel, team=team)
