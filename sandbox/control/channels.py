"""Actions of people on conversations: opening, joining, inviting, describing, archiving."""

from typing import Any

from sandbox.control.control_call import ControlCall
from sandbox.control.interact import Interactions
from sandbox.errors import Misuse
from sandbox.state import membership
from sandbox.state.channels import GROUP, PUBLIC, Channel
from sandbox.state.people import User

Json = dict[str, Any]

LONGEST_NOTE = 250


def open_to(call: ControlCall, user: User) -> Channel:
    """Return a conversation the person is in and that is not archived."""
    channel = call.channel(user)
    if user.id not in channel.members:
        raise Misuse("not_in_channel", f"{user.name} is not in {channel.name}; POST /_sandbox/join first")
    if channel.is_archived:
        raise Misuse("is_archived", f"{channel.name} is archived")
    return channel


def direct(_interactions: Interactions, call: ControlCall) -> Json:
    """Open a direct message with one person, or a group message with several."""
    call.only("user", "users")
    user = call.user()
    others = call.given.get("users")
    if not isinstance(others, list) or not others:
        raise Misuse("missing", "'users' lists whom to write to")
    people = list(dict.fromkeys(call.find_user(str(other)).id for other in others))
    if len(people) == 1:
        channel = call.workspace.direct(user.id, people[0])
    else:
        members = [user.id, *people]
        known = call.workspace.conversation_of(members)
        channel = known or call.workspace.new_conversation(GROUP, user.id, members)
    if user.id not in channel.open_for:
        channel.open_for.append(user.id)
    return {"channel": channel.id}


def join(_interactions: Interactions, call: ControlCall) -> Json:
    """Join a public channel."""
    call.only("user", "channel")
    user = call.user()
    channel = call.channel(user)
    if channel.kind != PUBLIC or channel.is_archived:
        raise Misuse("cannot_join", f"{channel.name or channel.id} cannot be joined")
    if user.id not in channel.members:
        membership.join(call.workspace, channel, user.id)
    return {"channel": channel.id}


def leave(_interactions: Interactions, call: ControlCall) -> Json:
    """Leave a channel."""
    call.only("user", "channel")
    user = call.user()
    channel = call.channel(user)
    if user.id not in channel.members or not channel.is_named or channel.is_general:
        raise Misuse("cannot_leave", f"{user.name} cannot leave {channel.name or channel.id}")
    membership.leave(call.workspace, channel, user.id)
    return {"channel": channel.id}


def invite(_interactions: Interactions, call: ControlCall) -> Json:
    """Invite people and bots into a channel the person is in."""
    call.only("user", "channel", "users")
    user = call.user()
    channel = open_to(call, user)
    others = call.given.get("users")
    if not isinstance(others, list) or not channel.is_named:
        raise Misuse("missing", "'users' lists whom to bring into a channel")
    for other in [call.find_user(str(one)) for one in others]:
        if other.id not in channel.members:
            membership.join(call.workspace, channel, other.id, inviter=user.id)
    return {"channel": channel.id, "members": list(channel.members)}


def create(_interactions: Interactions, call: ControlCall) -> Json:
    """Create a channel as a person."""
    call.only("user", "name", "is_private")
    user = call.user()
    name = call.text("name")
    if call.workspace.channel_named(name) is not None:
        raise Misuse("name_taken", f"there is a channel {name!r} already")
    private = bool(call.given.get("is_private"))
    return {"channel": membership.create(call.workspace, name, user.id, private=private).id}


def remove(_interactions: Interactions, call: ControlCall) -> Json:
    """Remove somebody from a channel the person is in."""
    call.only("user", "channel", "other")
    user = call.user()
    channel = _channel_of(call, user)
    other = call.find_user(call.text("other"))
    if other.id not in channel.members or channel.is_general:
        raise Misuse("cannot_remove", f"{other.name} cannot be put out of {channel.name}")
    membership.leave(call.workspace, channel, other.id, by=user.id)
    return {"channel": channel.id, "members": list(channel.members)}


def describe(_interactions: Interactions, call: ControlCall) -> Json:
    """Set the name, topic or purpose of a channel."""
    call.only("user", "channel", "name", "topic", "purpose")
    user = call.user()
    channel = _channel_of(call, user)
    name, topic, purpose = (call.text(key, "") for key in ("name", "topic", "purpose"))
    if max(len(topic), len(purpose)) > LONGEST_NOTE:
        raise Misuse("too_long", f"a topic and a purpose have {LONGEST_NOTE} characters at most")
    if name and name != channel.name:
        if call.workspace.channel_named(name) is not None:
            raise Misuse("name_taken", f"there is a channel {name!r} already")
        membership.rename(call.workspace, channel, user.id, name)
    if "topic" in call.given:
        membership.set_topic(call.workspace, channel, user.id, topic)
    if "purpose" in call.given:
        membership.set_purpose(call.workspace, channel, user.id, purpose)
    return {"channel": channel.id}


def archive(_interactions: Interactions, call: ControlCall) -> Json:
    """Archive a channel the person is in."""
    call.only("user", "channel")
    user = call.user()
    channel = _channel_of(call, user)
    if channel.is_general:
        raise Misuse("cannot_archive", f"{channel.name} is not archived")
    membership.archive(call.workspace, channel, user.id)
    return {"channel": channel.id}


def unarchive(_interactions: Interactions, call: ControlCall) -> Json:
    """Unarchive a channel, which a person can and a bot can't."""
    call.only("user", "channel")
    user = call.user()
    channel = call.channel(user)
    if not channel.is_archived:
        raise Misuse("not_archived", f"{channel.name} is not archived")
    membership.unarchive(call.workspace, channel, user.id)
    return {"channel": channel.id}


def erase(_interactions: Interactions, call: ControlCall) -> Json:
    """Delete a channel, archived or not, as an administrator."""
    call.only("user", "channel")
    user = call.user()
    channel = call.channel(user)
    if not channel.is_named or channel.is_general:
        raise Misuse("cannot_delete", f"{channel.name or channel.id} is not deleted")
    membership.erase(call.workspace, channel, user.id)
    return {"channel": channel.id}


def convert(_interactions: Interactions, call: ControlCall) -> Json:
    """Make a channel the person is in private or public (`is_private`)."""
    call.only("user", "channel", "is_private")
    user = call.user()
    channel = _channel_of(call, user)
    private = call.given.get("is_private")
    if not isinstance(private, bool):
        raise Misuse("not_a_truth", "'is_private' has to be true or false")
    if channel.is_general or channel.is_private is private:
        raise Misuse("cannot_convert", f"{channel.name} stays as it is")
    membership.convert(call.workspace, channel, user.id, private=private)
    return {"channel": channel.id}


def _channel_of(call: ControlCall, user: User) -> Channel:
    channel = open_to(call, user)
    if not channel.is_named:
        raise Misuse("not_a_channel", "a direct message is no channel")
    return channel
