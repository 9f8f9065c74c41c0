"""Words to ask the customer with. A person reads and changes them before they are sent."""

from bot.views.kit.text import one_line

# What the sender has to fill in: a mail with a bracket left in it isn't sent.
WHAT_WAS_FIXED = "[what we fixed]"


def ask_how_it_went(key: str, sender: str | None) -> str:
    """Return the mail that asks how satisfied the customer is, once, after closing."""
    name = f"\n\n{one_line(sender)}" if sender else ""
    return (
        f"Hello,\n\n{key} is closed. How well did we handle it, from 1 (poor) to 5 (excellent)? "
        f"One click is enough, and a line about it helps us.{name}"
    )


def ask_whether_solved(sender: str | None) -> str:
    """Return the offered mail: what was fixed, please check, and that we close only when they say so."""
    name = f"\n\n{one_line(sender)}" if sender else ""
    return (
        f"Hello,\n\nWe've fixed the problem you reported: {WHAT_WAS_FIXED}.\n\n"
        "Could you check on your side that it works again, and answer with the button below? "
        f"We close this only when you say it's solved.{name}"
    )
