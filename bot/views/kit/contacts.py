"""The contact matrix, in words: who stands on a rung of the ladder, and how they are reached."""

from bot.policy.model.slots import Rung
from bot.views.kit.text import escape, has_slack_id, person


def reached(rung: Rung, *, in_short: bool = False) -> str:
    """Return how somebody is reached: a mention or the name, phone, e-mail. Empty if nobody is named.

    `in_short` leaves the e-mail out for somebody who is mentioned.
    """
    named = person(rung.name) if rung.name else None
    email = None if in_short and rung.name and has_slack_id(rung.name) else rung.email
    return ", ".join(part for part in (named, *(escape(each) for each in (rung.phone, email) if each)) if part)
