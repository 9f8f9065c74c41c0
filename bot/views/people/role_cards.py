"""Role cards: four lines of what to do now, for the side of the customer (CS) and for that of the fix (Support)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER, role_name
from bot.ports.workspace import Block
from bot.views.kit import ids
from bot.views.kit.parts import actions, button, header, section

_CS: Final = (
    "Customer success: the customer is yours",
    (
        "Acknowledge to the customer: what we understand, the severity, and when they hear next.",
        "Post each update on time, also when there's no news.",
        "Keep internal talk internal: the customer reads what we found and what we're doing.",
        "Ask the customer to confirm the fix before it's closed.",
    ),
)
_SUPPORT: Final = (
    "Support and engineering: the fix is yours",
    (
        "Acknowledge the page, then say in the channel what you look at first.",
        "Stop the impact before you look for the cause, and mark it as stopped.",
        "Post an internal update on time. Bring in the next person early.",
        "After the fix: the review, with follow-ups that have an owner and a date.",
    ),
)
# The cards by role.
CARDS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {RELATIONSHIP_OWNER: _CS, FIX_OWNER: _SUPPORT}


def words(role: str) -> str:
    """Return the card of a role, as markup."""
    title, lines = CARDS[role]
    return "\n".join([f"*{title}*", *(f"{place}. {line}" for place, line in enumerate(lines, start=1))])


def once(roles: Sequence[str]) -> Iterator[Block]:
    """Yield the cards of roles that somebody holds, until they have seen them."""
    for role in (each for each in roles if each in CARDS):
        yield header(f"You're the {role_name(role)}: what to do now")
        yield section(words(role))
        yield actions(button("Got it", ids.PRESS_CARD_SEEN, role))


def every() -> Iterator[Block]:
    """Yield both cards, for the help."""
    for role in CARDS:
        yield section(words(role))
