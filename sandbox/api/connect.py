"""Slack Connect: inviting other workspaces into a channel, and deciding on invitations. Nobody invites us."""

from typing import Any

from sandbox.api.call import Call
from sandbox.api.names import channel_name
from sandbox.api.paging import page
from sandbox.errors import SlackError, invalid_arguments
from sandbox.state import connect
from sandbox.state.channels import Channel
from sandbox.state.connect import ACCEPTED, APPROVED, DECLINED, DENIED, REQUESTED, SENT, Invite

Json = dict[str, Any]

LONGEST_MESSAGE = 560
ACTIONS = frozenset({"upgrade", "downgrade"})


def invite(call: Call) -> Json:
    """Invite one person of another workspace."""
    channel = call.find_channel(call.text("channel"))
    _check_sharing(call, channel)
    emails, users = call.args.get("emails") or [], call.args.get("user_ids") or []
    if not emails and not users:
        raise SlackError("recipients_not_specified")
    if len(emails) + len(users) > 1:
        raise SlackError("too_many_emails")
    if emails and not _is_address(emails[0]):
        raise SlackError("invalid_email")
    for user in users:
        if call.find_user(user).id in channel.members:
            raise SlackError("already_in_channel")
    sent = Invite(
        id=call.workspace.ids.new("I"),
        channel=channel.id,
        inviter=call.user,
        email="".join(emails),
        recipient="".join(users),
        created=call.workspace.moment(),
        external_limited=call.args.get("external_limited", True),
    )
    call.workspace.invites[sent.id] = sent
    connect.answer(call.workspace, sent, SENT, call.user)
    return {"invite_id": sent.id, "is_legacy_shared_channel": False} | _link(call, sent)


def _check_sharing(call: Call, channel: Channel) -> None:
    if not channel.is_named:
        raise SlackError("invalid_channel_type")
    if channel.is_general:
        raise SlackError("cannot_share_mandatory_channel")
    if channel.is_archived:
        raise SlackError("channel_archived")
    call.need_member(channel)


def _is_address(email: str) -> bool:
    name, at, domain = email.partition("@")
    return bool(name and at and "." in domain) and " " not in email


def _link(call: Call, sent: Invite) -> Json:
    return {"url": f"https://join.slack.com/share/{sent.id}-{call.workspace.team.id}", "conf_code": sent.id[-6:]}


def accept(call: Call) -> Json:
    """Raise: there is no invitation from another workspace to accept."""
    if not call.text("invite_id") and not call.text("channel_id"):
        raise invalid_arguments("invite_id or channel_id is required")
    if call.text("team_id") not in ("", call.workspace.team.id):
        raise SlackError("team_not_found")
    if not call.text("channel_id"):
        channel_name(call, "channel_name")
    found = call.workspace.invites.get(call.text("invite_id"))
    raise SlackError("invite_not_found" if found is None else "invite_from_same_org")


def approve(call: Call) -> Json:
    """Approve what the other workspace accepted; from now on the channel is shared."""
    found = _accepted(call)
    if found.status == APPROVED:
        raise SlackError("already_approved")
    if found.status != ACCEPTED:
        raise SlackError("approval_inactive")
    connect.answer(call.workspace, found, APPROVED, call.user)
    return {}


def decline(call: Call) -> Json:
    """Decline what the other workspace accepted."""
    found = _accepted(call)
    if found.status not in (SENT, ACCEPTED):
        raise SlackError("approval_inactive")
    connect.answer(call.workspace, found, DECLINED, call.user)
    return {}


def _accepted(call: Call) -> Invite:
    """Return one of our accepted invitations; the other team has to be named."""
    found = call.workspace.invites.get(call.text("invite_id"))
    if found is None or found.status in (REQUESTED, DENIED):
        raise SlackError("invite_not_found")
    if not call.text("target_team"):
        raise SlackError("missing_target_team")
    if call.text("target_team") != found.team:
        raise SlackError("approval_not_found")
    return found


def list_invites(call: Call) -> Json:
    """List sent invitations that are not yet decided."""
    waiting = [one for one in call.workspace.invites.values() if one.status in (SENT, ACCEPTED)]
    most = max(1, call.args.get("count") or 100)
    return {"invites": [_listed(call, one) for one in waiting[:most]], "response_metadata": {"next_cursor": ""}}


def _listed(call: Call, one: Invite) -> Json:
    acceptances = []
    if one.status == ACCEPTED:
        team = connect.team_json(call.workspace, one.team)
        acceptances = [{"approval_status": "pending_approval", "date_accepted": one.updated, "accepting_team": team}]
    return {
        "direction": "outgoing",
        "status": one.status,
        "date_last_updated": one.updated,
        "invite_type": "channel",
        "invite": connect.invite_json(call.workspace, one),
        "channel": connect.channel_json(call.workspace, one.channel),
        "acceptances": acceptances,
    }


def list_requests(call: Call) -> Json:
    """List the invitations our people have requested."""
    wanted = {REQUESTED}
    wanted |= {SENT, ACCEPTED, APPROVED, DECLINED} if call.args.get("include_approved") else set()
    wanted |= {DENIED} if call.args.get("include_denied") else set()
    ids = call.args.get("invite_ids")
    now = call.workspace.now()
    found = [
        one
        for one in call.workspace.invites.values()
        if one.inviter != call.user
        and one.status in wanted
        and (call.args.get("include_expired") or not one.has_expired(now))
        and call.text("user_id") in ("", one.inviter)
        and (not ids or one.id in ids)
    ]
    chosen, metadata = page(call, found, lambda one: one.id, default=100, most=1000)
    return {"invite_requests": [_requested(call, one) for one in chosen], "response_metadata": metadata}


def _requested(call: Call, one: Invite) -> Json:
    written = connect.invite_json(call.workspace, one)
    written["expires_at"] = written.pop("date_invalid")
    written |= {
        "date_last_updated": one.updated,
        "is_external_limited": one.external_limited,
        "channel": connect.channel_json(call.workspace, one.channel),
        "target_user": {"recipient_email": one.email},
    }
    if one.status == DENIED:
        written["date_denied"] = one.updated
    return written


def approve_request(call: Call) -> Json:
    """Send a requested invitation."""
    found = _request(call)
    if call.text("channel_id"):
        channel = call.find_channel(call.text("channel_id"))
        found.channel = channel.id
    found.external_limited = call.args.get("is_external_limited", found.external_limited)
    connect.answer(call.workspace, found, SENT, call.user)
    link = _link(call, found)
    return {"invite_id": found.id, "url": link["url"], "confirmation_code": link["conf_code"]}


def deny_request(call: Call) -> Json:
    """Deny a requested invitation."""
    found = _request(call)
    if len(call.text("message")) > LONGEST_MESSAGE:
        raise SlackError("message_too_long")
    connect.answer(call.workspace, found, DENIED, call.user)
    return {"invite_id": found.id}


def _request(call: Call) -> Invite:
    found = call.workspace.invites.get(call.text("invite_id"))
    if found is None or found.inviter == call.user:
        raise SlackError("invite_not_found")
    if found.has_expired(call.workspace.now()):
        raise SlackError("invite_expired")
    if found.status == DENIED:
        raise SlackError("invite_already_denied")
    if found.status != REQUESTED:
        raise SlackError("invite_already_approved")
    return found


def set_permissions(call: Call) -> Json:
    """Allow or forbid another workspace in a shared channel to invite; nothing else depends on it here."""
    channel = call.find_channel(call.text("channel"))
    if call.text("action") not in ACTIONS:
        raise SlackError("invalid_action")
    if not channel.is_ext_shared:
        raise SlackError("not_supported")
    teams = {call.workspace.users[member].team_id for member in channel.members} - {""}
    teams |= {
        one.team for one in call.workspace.invites.values() if (one.channel, one.status) == (channel.id, APPROVED)
    }
    if call.text("target_team") not in teams:
        raise SlackError("invalid_target_team")
    return {}


HANDLERS = {
    "conversations.acceptSharedInvite": accept,
    "conversations.approveSharedInvite": approve,
    "conversations.declineSharedInvite": decline,
    "conversations.externalInvitePermissions.set": set_permissions,
    "conversations.inviteShared": invite,
    "conversations.listConnectInvites": list_invites,
    "conversations.requestSharedInvite.approve": approve_request,
    "conversations.requestSharedInvite.deny": deny_request,
    "conversations.requestSharedInvite.list": list_requests,
}
