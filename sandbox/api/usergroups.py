"""usergroups.*: groups of people that can be mentioned."""

from typing import Any

from sandbox.api.call import Call
from sandbox.errors import SlackError
from sandbox.state.people import Usergroup

Json = dict[str, Any]

LONGEST_NAME = 80
LONGEST_DESCRIPTION = 140


def list_all(call: Call) -> Json:
    """List the groups; disabled ones only on request."""
    groups = call.workspace.usergroups.values()
    shown = [group for group in groups if call.args.get("include_disabled") or not group.deleted_at]
    return {"usergroups": [_json(call, group, with_users=bool(call.args.get("include_users"))) for group in shown]}


def list_users(call: Call) -> Json:
    """List the members of a group."""
    group = call.workspace.usergroups.get(call.text("usergroup"))
    if group is None or (group.deleted_at and not call.args.get("include_disabled")):
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}


def create(call: Call) -> Json:
    """Create a group."""
    name = call.text("name")
    if not name:
        raise SlackError("missing_subteam_name")
    if len(name) > LONGEST_NAME:
        raise SlackError("name_too_long")
    if len(call.text("description")) > LONGEST_DESCRIPTION:
        raise SlackError("description_too_long")
    if any(group.name == name for group in call.workspace.usergroups.values()):
        raise SlackError("name_already_exists")
    handle = call.text("handle") or name.lower().replace(" ", "-")
    if not handle.replace("-", "").replace("_", "").replace(".", "").isalnum() or handle != handle.lower():
        raise SlackError("bad_handle")
    if handle in _handles(call):
        raise SlackError("handle_already_exists")
    now = call.workspace.moment()
    group = Usergroup(
        id=call.workspace.ids.new("S"),
        handle=handle,
        name=name,
        description=call.text("description"),
        channels=_channels(call),
        created=now,
        updated=now,
        created_by=call.user,
        updated_by=call.user,
    )
    call.workspace.usergroups[group.id] = group
    call.workspace.changes.tell("usergroup_created", usergroup=group)
    return {"usergroup": _json(call, group)}


def _handles(call: Call) -> set[str]:
    """Return the handles in use: groups, people and channels share them."""
    workspace = call.workspace
    groups = {group.handle for group in workspace.usergroups.values()}
    return groups | {u.name for u in workspace.users.values()} | {c.name for c in workspace.channels.values()}


def _channels(call: Call) -> list[str]:
    channels: list[str] = call.args.get("channels") or []
    if not all(channel in call.workspace.channels for channel in channels):
        raise SlackError("invalid_channel_provided")
    return channels


def update(call: Call) -> Json:
    """Change a group's name, handle or description."""
    group = _group(call)
    for name in ("name", "handle", "description"):
        if call.args.get(name) is not None:
            setattr(group, name, call.text(name))
    if call.args.get("channels") is not None:
        group.channels = list(call.args["channels"])
    return _changed(call, group)


def set_users(call: Call) -> Json:
    """Replace the members of a group."""
    group = _group(call)
    users: list[str] = call.args["users"]
    if not users:
        raise SlackError("no_users_provided")
    if not all(user in call.workspace.users for user in users):
        raise SlackError("invalid_users")
    before, previously = group.users, group.updated
    group.users = list(dict.fromkeys(users))
    answer = _changed(call, group)
    call.workspace.changes.tell(
        "usergroup_members_changed",
        usergroup=group,
        added=[user for user in group.users if user not in before],
        removed=[user for user in before if user not in group.users],
        previously=previously,
    )
    return answer


def disable(call: Call) -> Json:
    """Disable a group."""
    group = _group(call)
    group.deleted_at = call.workspace.moment()
    return _changed(call, group)


def enable(call: Call) -> Json:
    """Enable a group."""
    group = _group(call)
    group.deleted_at = 0
    return _changed(call, group)


def _group(call: Call) -> Usergroup:
    group = call.workspace.usergroups.get(call.text("usergroup"))
    if group is None:
        raise SlackError("permission_denied")  # the reference has no error for a missing group
    return group


def _changed(call: Call, group: Usergroup) -> Json:
    group.updated, group.updated_by = call.workspace.moment(), call.user
    call.workspace.changes.tell("usergroup_changed", usergroup=group)
    return {"usergroup": _json(call, group, with_users=True)}


def _json(call: Call, group: Usergroup, *, with_users: bool = False) -> Json:
    with_count = bool(call.args.get("include_count"))
    return group.as_json(call.workspace.team.id, with_users=with_users, with_count=with_count)


HANDLERS = {
    "usergroups.list": list_all,
    "usergroups.users.list": list_users,
    "usergroups.create": create,
    "usergroups.update": update,
    "usergroups.users.update": set_users,
    "usergroups.disable": disable,
    "usergroups.enable": enable,
}
