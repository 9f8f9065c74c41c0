"""The questions about the category in the declare form: category, triggers and confidentiality."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import CheckboxesElement, StaticSelectElement

from bot.policy.decide.suggestions import Suggestion
from bot.policy.decide.takeover import Takeover, takeover
from bot.policy.model.categories import Category
from bot.policy.model.rules import Policy
from bot.policy.schema import Visibility
from bot.ports.workspace import Block
from bot.views.categories import category_triggers
from bot.views.categories.category_triggers import BLOCK
from bot.views.kit import ids
from bot.views.kit.parts import button, context, option, question, section
from bot.views.kit.text import escape, plain

_CONFIDENTIAL = "confidential"
# The question's block id, before and after a suggestion was accepted.
BLOCKS = ("category", "category-applied")


def questions(
    policy: Policy, *, category: str | None, triggers: Sequence[str], applied: bool, confidential: bool
) -> Iterator[Block]:
    """Draw the questions.

    With `applied` a suggestion was accepted, so Slack must show it instead of the earlier input.
    """
    if policy.categories:
        yield question(
            BLOCKS[applied],
            "Category",
            _select(policy, category),
            optional=True,
            dispatch=True,
        )
    about = takeover(policy, category, triggers) if category else None
    if about is not None:
        yield from _triggers(about.through[0], policy, triggers)
        yield from _told(about, policy)
    if about is None or not is_private(about):
        yield who_may_see_it(confidential=confidential)


def who_may_see_it(*, confidential: bool = False) -> Block:
    """Draw the question whether it is confidential."""
    return question(_CONFIDENTIAL, "Visibility", _privacy(chosen=confidential), optional=True)


def is_confidential(values: Mapping[str, Mapping[str, Any]]) -> bool:
    """Return True if confidential was chosen."""
    return bool(values.get(_CONFIDENTIAL, {}).get(_CONFIDENTIAL, {}).get("selected_options"))


def suggestion(found: Suggestion, policy: Policy) -> Block:
    """Draw the category suggested by the typed words. It is offered with those words, and never applied silently."""
    category = policy.category(found.category)
    hidden = " Then it's confidential: only those who are brought in see it."
    said = ", ".join(f"“{word}”" for word in found.words)
    return section(
        f":bulb: {escape(said)} {'sounds' if len(found.words) == 1 else 'sound'} like *{escape(category.label)}*."
        f"{hidden if category.visibility is Visibility.PRIVATE else ''}",
        accessory=button("Use it", ids.USE_CATEGORY, found.category),
        block_id="suggestion",
    )


def read(values: Mapping[str, Mapping[str, Any]]) -> tuple[str | None, tuple[str, ...], bool]:
    """Parse category, triggers and confidentiality."""
    category = next(
        (
            selected["value"]
            for block in reversed(BLOCKS)
            if (selected := values.get(block, {}).get(ids.CATEGORY, {}).get("selected_option"))
        ),
        None,
    )
    ticked = values.get(f"{BLOCK}-{category}", {}).get(ids.TRIGGERS, {}).get("selected_options") or []
    return category, tuple(box["value"] for box in ticked), is_confidential(values)


def _select(policy: Policy, chosen: str | None) -> StaticSelectElement:
    options = {category.key: option(category.key, category.label) for category in policy.categories[:100]}
    return StaticSelectElement(
        action_id=ids.CATEGORY,
        placeholder=plain("Choose a category", 150),
        options=list(options.values()),
        initial_option=options.get(chosen) if chosen else None,
    )


def _triggers(category: Category, policy: Policy, triggers: Sequence[str]) -> Iterator[Block]:
    examples = category_triggers.examples(category)
    if examples is not None:
        yield examples
    boxes = category_triggers.boxes(category, policy, triggers, ids.TRIGGERS)
    if boxes is not None:
        yield question(f"{BLOCK}-{category.key}", "Does any of this apply?", boxes, optional=True, dispatch=True)


def is_private(about: Takeover) -> bool:
    """Return True if the category makes it confidential."""
    return any(category.visibility is Visibility.PRIVATE for category in about.through)


def _told(about: Takeover, policy: Policy) -> Iterator[Block]:
    category, said = about.category, [f":arrow_right: *{escape(sentence)}*" for sentence in about.trace]
    if category.team and (category.ask_if is None or category.ask_if in {one.key for one in about.triggers}):
        said.append(f"We'll ask {escape(policy.team(category.team).name)} to help.")
    if category.required:
        said.append(f"They need: {escape(', '.join(category.required))}.")
    if about.copies:
        said.append(f"Also joining: {escape(', '.join(policy.team(key).name for key in about.copies))}.")
    watched = policy.patterns.churn_risk
    if watched is not None and about.churn_triggers:
        whom = "owner and manager" if is_private(about) else "owner, manager and team"
        said.append(f":warning: Marked {escape(watched.tag)}. We'll tell the {whom} what to do.")
    if is_private(about):
        said.append(":lock: Private: only people invited and those the policy lists can see it.")
    if said:
        yield context(*said[:10])


def _privacy(*, chosen: bool) -> CheckboxesElement:
    only = option(_CONFIDENTIAL, "Private", "Only people invited to the channel can see it")
    return CheckboxesElement(action_id=_CONFIDENTIAL, options=[only], initial_options=[only] if chosen else None)
