"""Choosing an escalation from many: a menu where all of them fit into one, else one that looks for what is typed."""

from collections.abc import Iterable, Sequence
from typing import Final

from slack_sdk.models.blocks import (
    ExternalDataMultiSelectElement,
    ExternalDataSelectElement,
    Option,
    StaticMultiSelectElement,
    StaticSelectElement,
)

from bot.policy.excerpts import Excerpt
from bot.policy.record.escalation import EscalationFacts
from bot.views.kit import ids
from bot.views.kit.parts import option
from bot.views.kit.text import clip, one_line, plain

# Slack takes so many options in a menu.
MOST: Final = 100
_LINE = 75
# More are not counted (see `bot.database.list_queries`).
_MOST_COUNTED = 10_000

Found = Excerpt[EscalationFacts]


def one(
    action_id: str, placeholder: str, found: Found, *, preset: bool = True
) -> StaticSelectElement | ExternalDataSelectElement:
    """Draw the menu to choose one from. The only one there is stands in it already, if `preset`."""
    words = plain(placeholder, 150)
    if found.after:
        return ExternalDataSelectElement(action_id=ids.FIND_ESCALATION, placeholder=words, min_query_length=0)
    choices = options(found.shown)
    return StaticSelectElement(
        action_id=action_id,
        placeholder=words,
        options=choices,
        initial_option=choices[0] if preset and len(choices) == 1 else None,
    )


def several(
    action_id: str, placeholder: str, found: Found, ticked: Sequence[EscalationFacts]
) -> StaticMultiSelectElement | ExternalDataMultiSelectElement:
    """Draw the menu to choose several from, with some chosen already."""
    words, chosen = plain(placeholder, 150), options(ticked) or None
    if found.after:
        return ExternalDataMultiSelectElement(
            action_id=ids.FIND_ESCALATION, placeholder=words, min_query_length=0, initial_options=chosen
        )
    return StaticMultiSelectElement(
        action_id=action_id, placeholder=words, options=options(found.shown), initial_options=chosen
    )


def hint(found: Found) -> str | None:
    """Say how many there are where not all of them are offered at once."""
    if not found.after:
        return None
    total = f"more than {_MOST_COUNTED:,}" if found.total > _MOST_COUNTED else f"{found.total:,}"
    return f"The newest {len(found.shown)} of {total} are offered. Type an account or a number to find others."


def options(escalations: Iterable[EscalationFacts]) -> list[Option]:
    """Return escalations as they are offered."""
    return [
        option(str(facts.number), clip(f"{facts.key} {facts.account.name}: {one_line(facts.summary)}", _LINE))
        for facts in escalations
    ]
