"""conversations.*: channels and direct messages. Members are in `membership`, messages in `history`."""

from typing import Any

from sandbox.api.call import Call
from sandbox.api.names import channel_name
from sandbox.api.paging import page
from sandbox.errors import SlackError
from sandbox.ids import is_timestamp
from sandbox.state import membership, posting
from sandbox.state.channels import DIRECT, GROUP, PRIVATE, PUBLIC, Channel
from sandbox.state.wire import channel_json

Json = dict[str, Any]

KINDS = {"public_channel": PUBLIC, "private_channel": PRIVATE, "im": DIRECT, "mpim": GROUP}
LONGEST_NOTE = 250
MOST_PEOPLE = 8


def create(call: Call) -> Json:
    """Create a channel, with the bot as creator and first member."""
    private = bool(call.args.get("is_private"))
    call.need_scope(PRIVATE if private else PUBLIC)
    channel = membership.create(call.workspace, channel_name(call), call.user, private=private)
    return {"channel": channel_json(call.workspace, channel, call.user)}


def archive(call: Call) -> Json:
    """Archive a channel."""
    channel = call.channel("channel", PUBLIC, PRIVATE)
    call.need_member(channel)
    if channel.is_archived:
        raise SlackError("already_archived")
    if channel.is_general:
        raise SlackError("cant_archive_general")
    membership.archive(call.workspace, channel, call.user)
    return {}


def unarchive(call: Call) -> Json:
    """Raise `not_in_channel`: a bot leaves a channel when it is archived."""
    channel = call.channel("channel", PUBLIC, PRIVATE)
    if not channel.is_archived:
        raise SlackError("not_archived")
    raise SlackError("not_in_channel")


def rename(call: Call) -> Json:
    """Rename a channel; only its creator or an administrator may."""
    channel = call.channel("channel", PUBLIC, PRIVATE)
    call.need_member(channel)
    if channel.is_archived:
        raise SlackError("is_archived")
    if channel.creator != call.user:
        raise SlackError("not_authorized")
    if call.text("name") != channel.name:
        membership.rename(call.workspace, channel, call.user, channel_name(call))
    return {"channel": channel_json(call.workspace, channel, call.user)}


def set_topic(call: Call) -> Json:
    """Set the topic of a channel."""
    channel = _to_describe(call, "topic")
    membership.set_topic(call.workspace, channel, call.user, call.text("topic"))
    return {"channel": channel_json(call.workspace, channel, call.user)}


def set_purpose(call: Call) -> Json:
    """Set the purpose of a channel."""
    channel = _to_describe(call, "purpose")
    membership.set_purpose(call.workspace, channel, call.user, call.text("purpose"))
    return {"channel": channel_json(call.workspace, channel, call.user)}


def _to_describe(call: Call, argument: str) -> Channel:
    channel = call.channel("channel", PUBLIC, PRIVATE, GROUP)
    call.need_member(channel)
    if channel.is_archived:
        raise SlackError("is_archived")
    if len(call.text(argument)) > LONGEST_NOTE:
        raise SlackError("too_long")
    return channel


def info(call: Call) -> Json:
    """Describe a conversation."""
    channel = call.channel()
    answer = channel_json(call.workspace, channel, call.user, with_count=bool(call.args.get("include_num_members")))
    if call.args.get("include_locale"):
        answer["locale"] = call.workspace.users[channel.creator].locale
    return {"channel": answer}


def list_all(call: Call) -> Json:
    """List the conversations the bot may see: all public channels, and those it is in."""
    kinds = _kinds(call)
    channels = [
        channel
        for channel in call.workspace.channels.values()
        if channel.kind in kinds
        and posting.may_see(channel, call.user)
        and not (channel.is_archived and call.args.get("exclude_archived"))
    ]
    return _listed(call, channels)


def list_of_user(call: Call) -> Json:
    """List a user's conversations: the bot's own, or those of somebody else that the bot may see."""
    user = call.find_user(call.text("user")).id if call.text("user") else call.user
    kinds = _kinds(call)
    channels = [
        channel
        for channel in call.workspace.channels.values()
        if channel.kind in kinds
        and user in channel.members
        and posting.may_see(channel, call.user)
        and not (channel.is_archived and call.args.get("exclude_archived"))
    ]
    return _listed(call, channels)


def _kinds(call: Call) -> set[str]:
    """Parse `types` and check that the app has the scope for each."""
    words = [word.strip() for word in (call.text("types") or PUBLIC).split(",")]
    if not all(word in KINDS for word in words):
        raise SlackError("invalid_types")
    for word in words:
        call.need_scope(KINDS[word])
    return {KINDS[word] for word in words}


def _listed(call: Call, channels: list[Channel]) -> Json:
    channels.sort(key=lambda channel: channel.id)
    chosen, metadata = page(call, channels, lambda channel: channel.id, default=100, most=1000)
    answer = [channel_json(call.workspace, channel, call.user, with_count=channel.is_named) for channel in chosen]
    return {"channels": answer, "response_metadata": metadata}


def open_direct(call: Call) -> Json:
    """Open a direct message with one person, or a group message with up to eight."""
    channel = _wanted(call)
    if channel is None:
        return {"channel": None}
    was_open = call.user in channel.open_for
    if not was_open:
        channel.open_for.append(call.user)
    answer: Json = {"no_op": True, "already_open": True} if was_open else {}
    full = call.args.get("return_im")
    return answer | {"channel": channel_json(call.workspace, channel, call.user) if full else {"id": channel.id}}


def _wanted(call: Call) -> Channel | None:
    if call.text("channel"):
        return call.channel("channel", DIRECT, GROUP)
    people = [user for user in dict.fromkeys(call.args.get("users") or ()) if user != call.user]
    if not call.args.get("users"):
        raise SlackError("users_list_not_supplied")
    if not people:
        raise SlackError("not_enough_users")
    if len(people) > MOST_PEOPLE:
        raise SlackError("too_many_users")
    for person in people:
        if call.find_user(person).deleted:
            raise SlackError("user_disabled")
    kind = DIRECT if len(people) == 1 else GROUP
    call.need_scope(kind)
    members = [call.user, *people]
    if (known := call.workspace.conversation_of(members)) or call.args.get("prevent_creation"):
        return known
    return call.workspace.new_conversation(kind, call.user, members)


def close(call: Call) -> Json:
    """Close a direct or group message; its history is kept."""
    channel = call.channel("channel", DIRECT, GROUP)
    if call.user not in channel.open_for:
        return {"no_op": True, "already_closed": True}
    channel.open_for.remove(call.user)
    return {}


def mark(call: Call) -> Json:
    """Set the bot's read cursor."""
    channel = call.channel()
    call.need_member(channel)
    if not is_timestamp(call.text("ts")):
        raise SlackError("invalid_timestamp")
    posting.read(call.workspace, channel, call.user, call.text("ts"))
    return {}


HANDLERS = {
    "conversations.create": create,
    "conversations.archive": archive,
    "conversations.unarchive": unarchive,
    "conversations.rename": rename,
    "conversations.setTopic": set_topic,
    "conversations.setPurpose": set_purpose,
    "conversations.info": info,
    "conversations.list": list_all,
    "users.conversations": list_of_user,
    "conversations.open": open_direct,
    "conversations.close": close,
    "conversations.mark": mark,
}
