"""users.*, bots.info, team.info, dnd.*, emoji.list."""

from typing import Any

from sandbox.api.call import Call
from sandbox.api.paging import page
from sandbox.errors import SlackError, invalid_arguments
from sandbox.state.people import User

Json = dict[str, Any]

UNLIMITED = 1000
"""A workspace with more people than this is not listed without a `limit`."""


def info(call: Call) -> Json:
    """Describe a user."""
    return {"user": _json(call, call.find_user(call.text("user")))}


def list_all(call: Call) -> Json:
    """List all users, including bots and deactivated users."""
    users = sorted(call.workspace.users.values(), key=lambda user: user.id)
    if not call.args.get("limit") and len(users) > UNLIMITED:
        raise SlackError("limit_required")
    chosen, metadata = page(call, users, lambda user: user.id, default=UNLIMITED, most=UNLIMITED)
    members = [_json(call, user) for user in chosen]
    return {"members": members, "cache_ts": call.workspace.moment(), "response_metadata": metadata}


def lookup_by_email(call: Call) -> Json:
    """Return a user by e-mail, ignoring case; deactivated users are not found, our own users come first."""
    wanted = call.text("email").casefold()
    for user in sorted(call.workspace.users.values(), key=lambda user: bool(user.team_id)):
        if user.email.casefold() == wanted and wanted and not user.deleted:
            return {"user": _json(call, user)}
    raise SlackError("users_not_found")


def profile(call: Call) -> Json:
    """Return a user's profile."""
    user = call.find_user(call.text("user") or call.user)
    return {"profile": user.profile(with_email=call.app.allows("users:read.email"))}


def presence(call: Call) -> Json:
    """Return a user's presence; for the bot itself, with some more fields."""
    user = call.workspace.users.get(call.text("user") or call.user)
    if user is None:
        raise invalid_arguments("invalid `user`")
    answer: Json = {"presence": "away" if user.deleted else user.presence}
    if user.id == call.user:
        answer |= {"online": True, "auto_away": False, "manual_away": False, "connection_count": 1}
    return answer


def bot(call: Call) -> Json:
    """Describe a bot."""
    wanted = call.text("bot") or call.app.bot_id
    for app in call.workspace.apps:
        if app.bot_id == wanted:
            return {"bot": app.profile(call.workspace.team.id)}
    raise SlackError("bot_not_found")


def team(call: Call) -> Json:
    """Describe the workspace."""
    ours = call.workspace.team
    if call.text("team") not in ("", ours.id) or call.text("domain") not in ("", ours.domain):
        raise SlackError("team_not_found")
    answer: Json = {
        "id": ours.id,
        "name": ours.name,
        "url": ours.url,
        "domain": ours.domain,
        "email_domain": "",
        "icon": {"image_default": True},
        "avatar_base_url": "",
        "is_verified": False,
    }
    return {"team": answer}


def do_not_disturb(call: Call) -> Json:
    """Return a user's do-not-disturb status: in the sandbox, always off."""
    if call.text("user"):
        call.find_user(call.text("user"))
    return {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1, "snooze_enabled": False}


def do_not_disturb_of(call: Call) -> Json:
    """Return the do-not-disturb status of several people."""
    users = call.args["users"]
    if not users:
        raise SlackError("no_users_provided")
    if not all(user in call.workspace.users for user in users):
        raise SlackError("user_not_visible")
    return {"users": {user: {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1} for user in users}}


def emoji(call: Call) -> Json:
    """List the workspace's own emoji."""
    answer: Json = {"emoji": dict(call.workspace.emoji), "cache_ts": str(call.workspace.moment())}
    return answer | ({"categories_version": "5", "categories": []} if call.args.get("include_categories") else {})


def _json(call: Call, user: User) -> Json:
    return user.as_json(
        call.workspace.team.id,
        at=call.workspace.now(),
        with_email=call.app.allows("users:read.email"),
        with_locale=bool(call.args.get("include_locale")),
    )


HANDLERS = {
    "users.info": info,
    "users.list": list_all,
    "users.lookupByEmail": lookup_by_email,
    "users.profile.get": profile,
    "users.getPresence": presence,
    "bots.info": bot,
    "team.info": team,
    "dnd.info": do_not_disturb,
    "dnd.teamInfo": do_not_disturb_of,
    "emoji.list": emoji,
}
