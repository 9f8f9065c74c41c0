"""canvases.access.* and slackLists.access.*: who besides the owner may read and write a document."""

from collections.abc import Callable
from typing import Any

from sandbox.api.call import Call
from sandbox.errors import SlackError, invalid_arguments
from sandbox.state.documents import Canvas, SlackList
from sandbox.state.posting import may_see
from sandbox.state.workspace import Workspace

Json = dict[str, Any]
Document = Canvas | SlackList

LEVELS = ("read", "write", "owner")


def may(workspace: Workspace, document: Document, user: str, level: str) -> bool:
    """Return True if a user may `read` or `write` a document: by their own right, or that of a channel they are in."""
    if document.user == user:
        return True
    channels = dict(document.access_channels)
    if isinstance(document, Canvas) and document.channel:
        channels.setdefault(document.channel, "write")
    given = [document.access_users.get(user)]
    given += [
        right for channel, right in channels.items() if (c := workspace.channels.get(channel)) and user in c.members
    ]
    return any(right is not None and LEVELS.index(right) >= LEVELS.index(level) for right in given)


def setting(find: Callable[[Call], Document]) -> Callable[[Call], Json]:
    """Return the method that gives people or channels access to a document."""

    def set_access(call: Call) -> Json:
        document = find(call)
        level = call.text("access_level")
        if level not in LEVELS:
            raise invalid_arguments(f"must be one of: {', '.join(LEVELS)} [json-pointer:/access_level]")
        users, channels = _whose(call, document)
        if level == "owner":
            if channels or len(users) != 1:
                raise SlackError("invalid_parameters")  # a document has one owner
            document.access_users[document.user] = "write"
            document.access_users.pop(users[0], None)
            document.user = users[0]
            return {}
        document.access_users |= dict.fromkeys(users, level)
        document.access_channels |= dict.fromkeys(channels, level)
        return {}

    return set_access


def deleting(find: Callable[[Call], Document]) -> Callable[[Call], Json]:
    """Return the method that removes access."""

    def delete_access(call: Call) -> Json:
        document = find(call)
        users, channels = _whose(call, document)
        for user in users:
            document.access_users.pop(user, None)
        for channel in channels:
            document.access_channels.pop(channel, None)
        return {}

    return delete_access


def _whose(call: Call, document: Document) -> tuple[list[str], list[str]]:
    """Return the people or channels a call is about, if the caller may change their access."""
    users, channels = call.args.get("user_ids") or [], call.args.get("channel_ids") or []
    if bool(users) == bool(channels):
        raise SlackError("invalid_parameters")
    if not may(call.workspace, document, call.user, "write"):
        raise SlackError("restricted_action")
    for user in users:
        call.find_user(user)
    for channel in channels:
        found = call.workspace.channels.get(channel)
        if found is None or not may_see(found, call.user):
            raise SlackError("channel_not_found")
    return users, channels
