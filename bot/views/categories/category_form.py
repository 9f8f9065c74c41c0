"""The form that sets the category later: first the category, then its triggers."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk.models.blocks import CheckboxesElement, StaticSelectElement

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.policy.schema import Visibility
from bot.ports.workspace import Block, View
from bot.views.categories import category_triggers
from bot.views.categories.category_triggers import BLOCK
from bot.views.kit import ids
from bot.views.kit.parts import context, modal, option, question, section
from bot.views.kit.text import escape, plain

_NONE = "none"


def draw(facts: EscalationFacts, policy: Policy) -> View:
    """Draw the form for category and confidentiality."""
    metadata = json.dumps({"number": facts.number})
    blocks = [*(_category(facts, policy) if policy.categories else ()), *_visibility(facts)]
    if not policy.categories:
        return modal(ids.CATEGORISE, "Make it private", blocks, submit="Save", metadata=metadata)
    return modal(ids.CATEGORISE, "Category", blocks, submit="Continue", metadata=metadata)


def triggers(view: Mapping[str, Any], facts: EscalationFacts, policy: Policy) -> View | None:
    """Draw the form for the chosen category's triggers; None if it has none."""
    category, confidential = read(view)
    chosen = next((one for one in policy.categories if one.key == category), None)
    boxes = category_triggers.boxes(chosen, policy, facts.triggers, BLOCK) if chosen else None
    if chosen is None or boxes is None:
        return None
    metadata = json.dumps({"number": facts.number, "category": category, "confidential": confidential})
    blocks = [
        category_triggers.examples(chosen) or section(f"*{escape(chosen.label)}*"),
        question(BLOCK, "Does any of this apply?", boxes, optional=True),
    ]
    return modal(ids.CATEGORISE_TRIGGERS, "Category", blocks, submit="Save", metadata=metadata)


def read(view: Mapping[str, Any]) -> tuple[str | None, bool]:
    """Parse category and confidentiality from either form."""
    metadata = json.loads(view["private_metadata"])
    if "category" in metadata:
        return metadata["category"], bool(metadata["confidential"])
    values = view["state"]["values"]
    asked = values.get("category")
    chosen = asked["category"]["selected_option"]["value"] if asked else _NONE
    private = values.get("confidential", {}).get("confidential", {}).get("selected_options")
    return None if chosen == _NONE else str(chosen), bool(private)


def read_triggers(view: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ticked triggers."""
    ticked = view["state"]["values"].get(BLOCK, {}).get(BLOCK, {}).get("selected_options") or []
    return tuple(str(trigger["value"]) for trigger in ticked)


def _category(facts: EscalationFacts, policy: Policy) -> Iterator[Block]:
    options = {_NONE: option(_NONE, "None of these")}
    for category in policy.categories[:99]:
        about = "Confidential" if category.visibility is Visibility.PRIVATE else None
        options[category.key] = option(category.key, category.label, about)
    yield question(
        "category",
        "Category",
        StaticSelectElement(
            action_id="category",
            placeholder=plain("Choose a category", 150),
            options=list(options.values()),
            initial_option=options[facts.chosen_category or _NONE],
        ),
    )
    yield context("The category can raise severity, never lower it.")


def _visibility(facts: EscalationFacts) -> Iterator[Block]:
    if facts.is_private:
        yield context(":lock: This is private and stays private.")
        return
    only = option("confidential", "Private", "Only people invited to the channel can see it")
    yield question(
        "confidential",
        "Visibility",
        CheckboxesElement(action_id="confidential", options=[only]),
        optional=True,
        hint="The owners and the reporter continue in a new private channel. This one is archived.",
    )
