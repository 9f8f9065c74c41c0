"""conversations.invite, kick, join, leave, members: who is in a channel."""

from typing import Any

from sandbox.api.call import Call
from sandbox.api.paging import page
from sandbox.errors import SlackError, invalid_arguments
from sandbox.state import membership
from sandbox.state.channels import PRIVATE, PUBLIC, Channel
from sandbox.state.wire import channel_json

Json = dict[str, Any]

MOST_INVITED = 100


def invite(call: Call) -> Json:
    """Add people: all or, if one can't be added, nobody; with `force` everybody who can."""
    users: list[str] = call.args["users"]
    if not users:
        raise SlackError("no_user")
    if len(users) > MOST_INVITED:
        raise invalid_arguments(f"no more than {MOST_INVITED} items allowed [json-pointer:/users]")
    channel = call.channel("channel", PUBLIC, PRIVATE)
    call.need_member(channel)
    if channel.is_archived:
        raise SlackError("is_archived")
    refusals = {user: error for user in users if (error := _refusal(call, channel, user))}
    errors: list[Json] = [{"user": user, "ok": False, "error": error} for user, error in refusals.items()]
    welcome = [user for user in dict.fromkeys(users) if user not in refusals]
    if errors and not (call.args.get("force") and welcome):
        raise SlackError(errors[0]["error"], errors=errors)
    for user in welcome:
        membership.join(call.workspace, channel, user, inviter=call.user)
    answer: Json = {"channel": channel_json(call.workspace, channel, call.user)}
    return answer | ({"errors": errors} if errors else {})


def _refusal(call: Call, channel: Channel, user_id: str) -> str | None:
    """Return Slack's error code for why this user can't be invited, or None."""
    user = call.workspace.users.get(user_id)
    if user is None:
        return "user_not_found"
    reasons = {
        "cant_invite_self": user_id == call.user,
        "cant_invite": user.deleted,
        "already_in_channel": user_id in channel.members,
        "ura_max_channels": user.is_ultra_restricted and _is_somewhere(call, user_id),
        "user_is_restricted": user.is_restricted and channel.is_ext_shared,
    }
    return next((error for error, applies in reasons.items() if applies), None)


def _is_somewhere(call: Call, user: str) -> bool:
    channels = call.workspace.channels.values()
    return any(channel.is_named and not channel.is_archived and user in channel.members for channel in channels)


def kick(call: Call) -> Json:
    """Remove somebody else from a channel."""
    channel = call.channel("channel", PUBLIC, PRIVATE)
    user = call.find_user(call.text("user"))
    call.need_member(channel)
    if user.id == call.user:
        raise SlackError("cant_kick_self")
    if channel.is_general:
        raise SlackError("cant_kick_from_general")
    if user.id not in channel.members:
        raise SlackError("not_in_channel")
    membership.leave(call.workspace, channel, user.id)
    return {"errors": {}}


def join(call: Call) -> Json:
    """Add the bot to a public channel."""
    channel = call.find_channel(call.text("channel"))
    if channel.kind != PUBLIC:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    answer: Json = {}
    if call.user in channel.members:
        answer = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    else:
        membership.join(call.workspace, channel, call.user)
    return {"channel": channel_json(call.workspace, channel, call.user)} | answer


def leave(call: Call) -> Json:
    """Remove the bot from a channel. If it is not a member, return the reference's `not_in_channel` flag."""
    channel = call.channel("channel", PUBLIC, PRIVATE)
    if channel.is_archived:
        raise SlackError("is_archived")
    if call.user not in channel.members:
        return {"ok": False, "not_in_channel": True}
    if channel.is_general:
        raise SlackError("cant_leave_general")
    if channel.kind == PRIVATE and channel.members == [call.user]:
        raise SlackError("last_member")
    membership.leave(call.workspace, channel, call.user)
    return {}


def members(call: Call) -> Json:
    """List who is in a conversation."""
    channel = call.channel()
    chosen, metadata = page(call, channel.members, str, default=100, most=1000)
    return {"members": chosen, "response_metadata": metadata}


HANDLERS = {
    "conversations.invite": invite,
    "conversations.kick": kick,
    "conversations.join": join,
    "conversations.leave": leave,
    "conversations.members": members,
}
