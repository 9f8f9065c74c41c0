"""Operations on channels: create, join, leave, rename, topic, archive."""

from sandbox.state.channels import PRIVATE, PUBLIC, Channel, Note
from sandbox.state.posting import notice
from sandbox.state.workspace import Workspace


def create(workspace: Workspace, name: str, creator: str, *, private: bool) -> Channel:
    """Create a channel with its creator in it. The caller checks that the name is free and valid."""
    channel = Channel(
        id=workspace.ids.new("C"),
        kind=PRIVATE if private else PUBLIC,
        name=name,
        creator=creator,
        created=workspace.moment(),
        updated=workspace.moment(),
    )
    workspace.add_channel(channel)
    workspace.changes.tell("channel_created", channel=channel, user=creator)
    join(workspace, channel, creator)
    return channel


def join(workspace: Workspace, channel: Channel, user: str, inviter: str | None = None) -> None:
    """Add a user; posts Slack's join message, and another one if a person added a bot."""
    channel.members.append(user)
    channel.last_read[user] = latest.ts if (latest := channel.messages.latest) else workspace.new_ts(channel)
    workspace.changes.tell("member_joined", channel=channel, user=user, inviter=inviter)
    extra = {"inviter": inviter} if inviter else {}
    notice(workspace, channel, user, "channel_join", f"<@{user}> has joined the channel", **extra)
    if inviter and (app := workspace.app_of(user)):
        link = f"<{workspace.team.url}services/{app.bot_id}|{app.manifest.display_name}>"
        text = f"added an integration to this channel: {link}"
        notice(workspace, channel, inviter, "bot_add", text, bot_id=app.bot_id, bot_link=link)


def leave(workspace: Workspace, channel: Channel, user: str, by: str | None = None) -> None:
    """Remove a user, by themselves or by somebody else (`by`)."""
    notice(workspace, channel, user, "channel_leave", f"<@{user}> has left the channel")
    channel.members.remove(user)
    channel.last_read.pop(user, None)
    workspace.changes.tell("member_left", channel=channel, user=user, by=by or user)


def archive(workspace: Workspace, channel: Channel, user: str) -> None:
    """Archive a channel; it keeps its name and history."""
    notice(workspace, channel, user, "channel_archive", "archived the channel", members=list(channel.members))
    channel.is_archived = True
    _touch(workspace, channel, "channel_archived", user)


def unarchive(workspace: Workspace, channel: Channel, user: str) -> None:
    """Unarchive a channel. Its people are still members; bots were removed and have to be invited."""
    channel.is_archived = False
    channel.members = [member for member in channel.members if workspace.app_of(member) is None]
    if user not in channel.members:
        channel.members.append(user)
    notice(workspace, channel, user, "channel_unarchive", "un-archived the channel")
    _touch(workspace, channel, "channel_unarchived", user)


def erase(workspace: Workspace, channel: Channel, user: str) -> None:
    """Delete a channel with everything in it; its name becomes free."""
    workspace.remove_channel(channel)
    workspace.changes.tell("channel_deleted", channel=channel, user=user)


def convert(workspace: Workspace, channel: Channel, user: str, *, private: bool) -> None:
    """Create a public channel private, or a private one public."""
    channel.kind = PRIVATE if private else PUBLIC
    subtype = "channel_convert_to_private" if private else "channel_convert_to_public"
    text = (
        "made this channel *private*. Now, it can only be viewed or joined by invitation."
        if private
        else "made this channel *public*. Any member in this workspace can see and join it."
    )
    notice(workspace, channel, user, subtype, text)
    _touch(workspace, channel, "channel_changed", user)


def rename(workspace: Workspace, channel: Channel, user: str, name: str) -> None:
    """Rename a channel."""
    old = channel.name
    workspace.rename_channel(channel, name)
    text = f'has renamed the channel from "{old}" to "{name}"'
    notice(workspace, channel, user, "channel_name", text, old_name=old, name=name)
    _touch(workspace, channel, "channel_renamed", user)


def set_topic(workspace: Workspace, channel: Channel, user: str, topic: str) -> None:
    """Set or clear the topic."""
    channel.topic = Note(topic, user, workspace.moment())
    text = f"set the channel topic: {topic}" if topic else "cleared the channel topic"
    notice(workspace, channel, user, "channel_topic", text, topic=topic)
    _touch(workspace, channel, "channel_changed", user)


def set_purpose(workspace: Workspace, channel: Channel, user: str, purpose: str) -> None:
    """Set or clear the description."""
    channel.purpose = Note(purpose, user, workspace.moment())
    text = f"set the channel description: {purpose}" if purpose else "cleared the channel description"
    notice(workspace, channel, user, "channel_purpose", text, purpose=purpose)
    _touch(workspace, channel, "channel_changed", user)


def _touch(workspace: Workspace, channel: Channel, kind: str, user: str) -> None:
    channel.updated = workspace.moment()
    workspace.changes.tell(kind, channel=channel, user=user)
