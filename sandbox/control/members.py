"""Changes of people: an administrator's (deactivating, making guests, renaming), and somebody's own status."""

from typing import Any

from sandbox.control.control_call import ControlCall
from sandbox.control.interact import Interactions
from sandbox.errors import Misuse
from sandbox.workspace_file import is_zone

Json = dict[str, Any]

MARKS = ("deleted", "is_admin", "is_restricted", "is_ultra_restricted", "is_stranger")
WORDS = ("real_name", "display_name", "email", "tz", "status_text", "status_emoji")


def member(interactions: Interactions, call: ControlCall) -> Json:
    """Change a user as an administrator: everything that is asked, or nothing. Apps get `user_change`."""
    call.only(
        "user",
        "deleted",
        "is_admin",
        "is_restricted",
        "is_ultra_restricted",
        "is_stranger",
        "real_name",
        "display_name",
        "email",
        "tz",
        "status_text",
        "status_emoji",
    )
    user = call.find_user(call.text("user"))
    if user.is_bot:
        raise Misuse("not_a_person", f"{user.name} is a bot")
    changes: dict[str, Any] = {}
    for mark in MARKS:
        value = call.given.get(mark)
        if value is not None and not isinstance(value, bool):
            raise Misuse("not_a_truth", f"{mark!r} has to be true or false")
        if value is not None:
            changes[mark] = value
    changes |= {word: call.text(word) for word in WORDS if word in call.given}
    if "tz" in changes and not is_zone(changes["tz"]):
        raise Misuse("no_such_zone", f"no time zone is called {changes['tz']!r}")
    for field, value in changes.items():
        setattr(user, field, value)
    user.updated = interactions.workspace.moment()
    interactions.workspace.changes.tell("user_changed", user=user)
    return {"user": user.as_json(interactions.workspace.team.id, at=interactions.workspace.now(), with_email=True)}
