"""The rules for channel names."""

import unicodedata

from sandbox.api.call import Call
from sandbox.errors import SlackError

LONGEST = 80


def channel_name(call: Call, argument: str = "name") -> str:
    """Return the requested name, or raise the reference's error.

    Letters of any script with their combining marks are allowed; upper case, spaces and other signs are not.
    """
    name = call.text(argument)
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > LONGEST:
        raise SlackError("invalid_name_maxlength")
    if all(unicodedata.category(letter).startswith("P") for letter in name):
        raise SlackError("invalid_name_punctuation")
    if not all(_allowed(letter) for letter in name):
        raise SlackError("invalid_name_specials")
    if call.workspace.channel_named(name) is not None:
        raise SlackError("name_taken")
    return name


def _allowed(letter: str) -> bool:
    if letter in "-_":
        return True
    category = unicodedata.category(letter)
    return category[0] in "LM" and category not in ("Lu", "Lt") if not letter.isdigit() else letter.isascii()
