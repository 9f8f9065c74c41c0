"""Menus to choose an escalation from: static if all of them fit, otherwise external."""

from collections.abc import Iterable, Sequence
from functools import partial
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
from bot.views.kit import ids, lines
from bot.views.kit.parts import option
from bot.views.kit.text import clip, one_line, plain

# Slack's limit for options in a menu.
MOST: Final = 100
_LINE = 75
# Higher numbers are not counted (see `bot.database.list_queries`).
_MOST_COUNTED = 10_000

Offered = Excerpt[EscalationFacts]


def one(
    action_id: str, placeholder: str, found: Offered, *, preset: bool = True
) -> StaticSelectElement | ExternalDataSelectElement:
    """Draw a menu to choose one from. If there is only one it is preselected, if `preset`."""
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
    action_id: str, placeholder: str, found: Offered, ticked: Sequence[EscalationFacts]
) -> StaticMultiSelectElement | ExternalDataMultiSelectElement:
    """Draw a menu to choose several from, with some preselected."""
    words, chosen = plain(placeholder, 150), options(ticked) or None
    if found.after:
        return ExternalDataMultiSelectElement(
            action_id=ids.FIND_ESCALATION, placeholder=words, min_query_length=0, initial_options=chosen
        )
    return StaticMultiSelectElement(
        action_id=action_id, placeholder=words, options=options(found.shown), initial_options=chosen
    )


def hint(found: Offered) -> str | None:
    """Return how many there are if not all of them are offered at once."""
    if not found.after:
        return None
    total = f"more than {_MOST_COUNTED:,}" if found.total > _MOST_COUNTED else f"{found.total:,}"
    return f"The newest {len(found.shown)} of {total} are offered. Type an account or a number to find others."


def options(escalations: Iterable[EscalationFacts]) -> list[Option]:
    """Return escalations as options."""
    return [option(str(facts.number), lines.line(facts.key, partial(label, facts))) for facts in escalations]


def label(facts: EscalationFacts) -> str:
    """Return what an escalation is called in a menu."""
    return clip(f"{facts.key} {facts.account.name}: {one_line(facts.summary)}", _LINE)
