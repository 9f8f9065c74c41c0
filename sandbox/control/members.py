"""Actions of an administrator on people: deactivating, reactivating, making guests, renaming."""

from typing import Any

from sandbox.control.asked import Asked
from sandbox.control.interact import Hands
from sandbox.errors import Misuse

Json = dict[str, Any]

MARKS = ("deleted", "is_admin", "is_restricted", "is_ultra_restricted", "is_stranger")
WORDS = ("real_name", "display_name", "email", "tz")


def member(hands: Hands, asked: Asked) -> Json:
    """Change a user as an administrator; apps get `user_change`."""
    asked.only(
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
    )
    user = asked.find_user(asked.text("user"))
    if user.is_bot:
        raise Misuse("not_a_person", f"{user.name} is a bot")
    for mark in MARKS:
        value = asked.given.get(mark)
        if value is not None and not isinstance(value, bool):
            raise Misuse("not_a_truth", f"{mark!r} has to be true or false")
        if value is not None:
            setattr(user, mark, value)
    for word in WORDS:
        if word in asked.given:
            setattr(user, word, asked.text(word))
    user.updated = hands.workspace.moment()
    hands.workspace.changes.tell("user_changed", user=user)
    return {"user": user.as_json(hands.workspace.team.id, at=hands.workspace.now(), with_email=True)}
