"""The contact matrix, in words: who stands on a rung of the ladder, and how they are reached."""

from bot.policy.model.slots import Rung
from bot.views.kit.text import escape, person


def reached(rung: Rung) -> str:
    """Return how somebody is reached: a mention or the name, phone, e-mail. Empty if nobody is named."""
    named = person(rung.name) if rung.name else None
    return ", ".join(part for part in (named, *(escape(each) for each in (rung.phone, rung.email) if each)) if part)
