"""Actions of people on conversations: opening, joining, inviting, describing, archiving."""

from typing import Any

from sandbox.control.asked import Asked
from sandbox.control.interact import Hands
from sandbox.errors import Misuse
from sandbox.state import membership
from sandbox.state.channels import GROUP, PUBLIC, Channel
from sandbox.state.people import User

Json = dict[str, Any]

LONGEST_NOTE = 250


def open_to(asked: Asked, user: User) -> Channel:
    """Return a conversation the person is in and that is not archived."""
    channel = asked.channel(user)
    if user.id not in channel.members:
        raise Misuse("not_in_channel", f"{user.name} is not in {channel.name}; POST /_sandbox/join first")
    if channel.is_archived:
        raise Misuse("is_archived", f"{channel.name} is archived")
    return channel


def direct(_hands: Hands, asked: Asked) -> Json:
    """Open a direct message with one person, or a group message with several."""
    asked.only("user", "users")
    user = asked.user()
    others = asked.given.get("users")
    if not isinstance(others, list) or not others:
        raise Misuse("missing", "'users' lists whom to write to")
    people = list(dict.fromkeys(asked.find_user(str(other)).id for other in others))
    if len(people) == 1:
        channel = asked.workspace.direct(user.id, people[0])
    else:
        members = [user.id, *people]
        known = asked.workspace.conversation_of(members)
        channel = known or asked.workspace.new_conversation(GROUP, user.id, members)
    if user.id not in channel.open_for:
        channel.open_for.append(user.id)
    return {"channel": channel.id}


def join(_hands: Hands, asked: Asked) -> Json:
    """Join a public channel."""
    asked.only("user", "channel")
    user = asked.user()
    channel = asked.channel(user)
    if channel.kind != PUBLIC or channel.is_archived:
        raise Misuse("cannot_join", f"{channel.name or channel.id} cannot be joined")
    if user.id not in channel.members:
        membership.join(asked.workspace, channel, user.id)
    return {"channel": channel.id}


def leave(_hands: Hands, asked: Asked) -> Json:
    """Leave a channel."""
    asked.only("user", "channel")
    user = asked.user()
    channel = asked.channel(user)
    if user.id not in channel.members or not channel.is_named or channel.is_general:
        raise Misuse("cannot_leave", f"{user.name} cannot leave {channel.name or channel.id}")
    membership.leave(asked.workspace, channel, user.id)
    return {"channel": channel.id}


def invite(_hands: Hands, asked: Asked) -> Json:
    """Invite people and bots into a channel the person is in."""
    asked.only("user", "channel", "users")
    user = asked.user()
    channel = open_to(asked, user)
    others = asked.given.get("users")
    if not isinstance(others, list) or not channel.is_named:
        raise Misuse("missing", "'users' lists whom to bring into a channel")
    for other in [asked.find_user(str(one)) for one in others]:
        if other.id not in channel.members:
            membership.join(asked.workspace, channel, other.id, inviter=user.id)
    return {"channel": channel.id, "members": list(channel.members)}


def create(_hands: Hands, asked: Asked) -> Json:
    """Create a channel as a person."""
    asked.only("user", "name", "is_private")
    user = asked.user()
    name = asked.text("name")
    if asked.workspace.channel_named(name) is not None:
        raise Misuse("name_taken", f"there is a channel {name!r} already")
    private = bool(asked.given.get("is_private"))
    return {"channel": membership.create(asked.workspace, name, user.id, private=private).id}


def remove(_hands: Hands, asked: Asked) -> Json:
    """Remove somebody from a channel the person is in."""
    asked.only("user", "channel", "other")
    user = asked.user()
    channel = _channel_of(asked, user)
    other = asked.find_user(asked.text("other"))
    if other.id not in channel.members or channel.is_general:
        raise Misuse("cannot_remove", f"{other.name} cannot be put out of {channel.name}")
    membership.leave(asked.workspace, channel, other.id, by=user.id)
    return {"channel": channel.id, "members": list(channel.members)}


def describe(_hands: Hands, asked: Asked) -> Json:
    """Set the name, topic or purpose of a channel."""
    asked.only("user", "channel", "name", "topic", "purpose")
    user = asked.user()
    channel = _channel_of(asked, user)
    name, topic, purpose = (asked.text(key, "") for key in ("name", "topic", "purpose"))
    if max(len(topic), len(purpose)) > LONGEST_NOTE:
        raise Misuse("too_long", f"a topic and a purpose have {LONGEST_NOTE} characters at most")
    if name and name != channel.name:
        if asked.workspace.channel_named(name) is not None:
            raise Misuse("name_taken", f"there is a channel {name!r} already")
        membership.rename(asked.workspace, channel, user.id, name)
    if "topic" in asked.given:
        membership.set_topic(asked.workspace, channel, user.id, topic)
    if "purpose" in asked.given:
        membership.set_purpose(asked.workspace, channel, user.id, purpose)
    return {"channel": channel.id}


def archive(_hands: Hands, asked: Asked) -> Json:
    """Archive a channel the person is in."""
    asked.only("user", "channel")
    user = asked.user()
    channel = _channel_of(asked, user)
    if channel.is_general:
        raise Misuse("cannot_archive", f"{channel.name} is not archived")
    membership.archive(asked.workspace, channel, user.id)
    return {"channel": channel.id}


def unarchive(_hands: Hands, asked: Asked) -> Json:
    """Unarchive a channel, which a person can and a bot can't."""
    asked.only("user", "channel")
    user = asked.user()
    channel = asked.channel(user)
    if not channel.is_archived:
        raise Misuse("not_archived", f"{channel.name} is not archived")
    membership.unarchive(asked.workspace, channel, user.id)
    return {"channel": channel.id}


def erase(_hands: Hands, asked: Asked) -> Json:
    """Delete a channel, archived or not, as an administrator."""
    asked.only("user", "channel")
    user = asked.user()
    channel = asked.channel(user)
    if not channel.is_named or channel.is_general:
        raise Misuse("cannot_delete", f"{channel.name or channel.id} is not deleted")
    membership.erase(asked.workspace, channel, user.id)
    return {"channel": channel.id}


def convert(_hands: Hands, asked: Asked) -> Json:
    """Make a channel the person is in private or public (`is_private`)."""
    asked.only("user", "channel", "is_private")
    user = asked.user()
    channel = _channel_of(asked, user)
    private = asked.given.get("is_private")
    if not isinstance(private, bool):
        raise Misuse("not_a_truth", "'is_private' has to be true or false")
    if channel.is_general or channel.is_private is private:
        raise Misuse("cannot_convert", f"{channel.name} stays as it is")
    membership.convert(asked.workspace, channel, user.id, private=private)
    return {"channel": channel.id}


def _channel_of(asked: Asked, user: User) -> Channel:
    channel = open_to(asked, user)
    if not channel.is_named:
        raise Misuse("not_a_channel", "a direct message is no channel")
    return channel
