"""calls.*: registering a call held in another product, its participants and its end."""

from typing import Any

from sandbox.api.arguments import Unreadable
from sandbox.api.call import Call
from sandbox.errors import SlackError, invalid_arguments
from sandbox.state.calls import VoiceCall

Json = dict[str, Any]


def add(call: Call) -> Json:
    """Register a call. A bot has to say who started it."""
    if call.text("created_by") not in call.workspace.users:
        raise SlackError("invalid_created_by")
    start = call.args.get("date_start", call.workspace.moment())
    if start <= 0:
        raise SlackError("invalid_start_time")
    made = VoiceCall(
        id=call.workspace.ids.new("R"),
        external_unique_id=call.text("external_unique_id"),
        join_url=call.text("join_url"),
        created_by=call.text("created_by"),
        date_start=start,
        external_display_id=call.text("external_display_id"),
        desktop_app_join_url=call.text("desktop_app_join_url"),
        title=call.text("title"),
        users=_users(call),
    )
    call.workspace.voice_calls[made.id] = made
    return {"call": made.as_json()}


def info(call: Call) -> Json:
    """Describe a call."""
    return {"call": _found(call).as_json()}


def update(call: Call) -> Json:
    """Change a call's title and join URLs."""
    found = _found(call)
    for name in ("title", "join_url", "desktop_app_join_url"):
        if call.args.get(name) is not None:
            setattr(found, name, call.text(name))
    return {"call": found.as_json()}


def end(call: Call) -> Json:
    """End a call, now or after a duration in seconds from its start."""
    found = _running(call)
    duration = call.args.get("duration")
    found.date_end = call.workspace.moment() if duration is None else found.date_start + duration
    return {}


def add_participants(call: Call) -> Json:
    """Record who joined."""
    found, users = _running(call), _users(call)
    if not users:
        raise SlackError("missing_argument")
    if any(_key(user) in map(_key, found.users) for user in users):
        raise SlackError("bad_users")
    found.users = [*found.users, *users]
    return {"call": found.as_json()}


def remove_participants(call: Call) -> Json:
    """Record who left."""
    found, users = _running(call), _users(call)
    if not users:
        raise SlackError("missing_argument")
    gone = [_key(user) for user in users]
    if not set(gone) <= set(map(_key, found.users)):
        raise SlackError("bad_users")
    found.users = [user for user in found.users if _key(user) not in gone]
    return {"call": found.as_json()}


def _users(call: Call) -> list[Json]:
    users = call.args.get("users") or []
    if isinstance(users, Unreadable) or not isinstance(users, list) or not all(map(_is_user, users)):
        raise invalid_arguments("must be a list of users with slack_id or external_id [json-pointer:/users]")
    for user in users:
        if "slack_id" in user:
            call.find_user(str(user["slack_id"]))
    return users


def _is_user(user: Any) -> bool:
    return isinstance(user, dict) and any(isinstance(user.get(name), str) for name in ("slack_id", "external_id"))


def _key(user: Json) -> str:
    return str(user.get("slack_id") or user.get("external_id"))


def _found(call: Call) -> VoiceCall:
    found = call.workspace.voice_calls.get(call.text("id"))
    if found is None:
        raise SlackError("invalid_call_id")
    return found


def _running(call: Call) -> VoiceCall:
    found = _found(call)
    if found.date_end:
        raise SlackError("inactive_call")
    return found


HANDLERS = {
    "calls.add": add,
    "calls.end": end,
    "calls.info": info,
    "calls.participants.add": add_participants,
    "calls.participants.remove": remove_participants,
    "calls.update": update,
}
