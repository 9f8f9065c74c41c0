"""The part of the declaring form that asks what the matter is about: category, signs, and who may see it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import CheckboxesElement, Option, StaticSelectElement

from bot.policy.categories import Category
from bot.policy.rules import Policy
from bot.policy.schema import Visibility
from bot.policy.suggestions import Suggestion
from bot.ports.workspace import Block
from bot.views import ids
from bot.views.parts import button, context, option, question, section
from bot.views.text import escape, plain

_MOST_TRIGGERS = 10
_CONFIDENTIAL = "confidential"
_BLOCK, _APPLIED_BLOCK = "category", "category-applied"


def questions(
    policy: Policy, *, category: str | None, triggers: Sequence[str], applied: bool, confidential: bool
) -> Iterator[Block]:
    """Draw the questions. `applied` says that a suggestion was taken, so that Slack shows it in place of an answer."""
    if policy.categories:
        yield question(
            _APPLIED_BLOCK if applied else _BLOCK,
            "What is it about?",
            _select(policy, category),
            optional=True,
            dispatch=True,
        )
    chosen = policy.category(category) if category else None
    if chosen is not None:
        yield from _signs(chosen, triggers)
        yield from _told(chosen, policy)
    if chosen is None or chosen.visibility is not Visibility.PRIVATE:
        yield who_may_see_it(confidential=confidential)


def who_may_see_it(*, confidential: bool = False) -> Block:
    """Ask whether it is to be confidential."""
    return question(_CONFIDENTIAL, "Who may see it?", _privacy(chosen=confidential), optional=True)


def is_confidential(values: Mapping[str, Mapping[str, Any]]) -> bool:
    """Read back whether it is to be."""
    return bool(values.get(_CONFIDENTIAL, {}).get(_CONFIDENTIAL, {}).get("selected_options"))


def suggestion(found: Suggestion, policy: Policy) -> Block:
    """Draw the category that the words typed speak of. It is offered with its words, and never taken in silence."""
    label = policy.category(found.category).label
    said = ", ".join(f"“{word}”" for word in found.words)
    return section(
        f":bulb: {escape(said)} {'sounds' if len(found.words) == 1 else 'sound'} like *{escape(label)}*.",
        accessory=button("Use it", ids.USE_CATEGORY, found.category),
        block_id="suggestion",
    )


def read(values: Mapping[str, Mapping[str, Any]]) -> tuple[str | None, tuple[str, ...], bool]:
    """Read back category, signs, and whether it is to be confidential."""
    category = next(
        (
            selected["value"]
            for block in (_APPLIED_BLOCK, _BLOCK)
            if (selected := values.get(block, {}).get(ids.CATEGORY, {}).get("selected_option"))
        ),
        None,
    )
    signs = values.get(f"signs-{category}", {}).get(ids.TRIGGERS, {}).get("selected_options") or []
    return category, tuple(sign["value"] for sign in signs), is_confidential(values)


def _select(policy: Policy, chosen: str | None) -> StaticSelectElement:
    options = {category.key: option(category.key, category.label) for category in policy.categories[:100]}
    return StaticSelectElement(
        action_id=ids.CATEGORY,
        placeholder=plain("Decides who helps, by when, and what they need", 150),
        options=list(options.values()),
        initial_option=options.get(chosen) if chosen else None,
    )


def _signs(category: Category, triggers: Sequence[str]) -> Iterator[Block]:
    named: Mapping[str, Option] = {
        trigger.key: option(trigger.key, trigger.text) for trigger in category.triggers if trigger.key
    }
    shown = list(named.values())[:_MOST_TRIGGERS]
    if shown:
        ticked = [named[key] for key in triggers if key in named] or None
        element = CheckboxesElement(action_id=ids.TRIGGERS, options=shown, initial_options=ticked)
        yield question(f"signs-{category.key}", "Does any of this apply?", element, optional=True, dispatch=True)


def _told(category: Category, policy: Policy) -> Iterator[Block]:
    said = []
    if category.team:
        said.append(f"{escape(policy.team(category.team).name)} helps.")
    if category.required:
        said.append(f"They need: {escape(', '.join(category.required))}.")
    if category.visibility is Visibility.PRIVATE:
        said.append(":lock: Confidential: a private channel, seen only by its people and those the policy lists.")
    moved = [trigger for trigger in category.triggers if trigger.category]
    said += [f"For “{escape(t.text)}” choose {escape(policy.category(t.category or '').label)}." for t in moved]
    if said:
        yield context(*said[:10])


def _privacy(*, chosen: bool) -> CheckboxesElement:
    only = option(_CONFIDENTIAL, "Only the people in its channel", "A private channel, in no list, feed or digest")
    return CheckboxesElement(action_id=_CONFIDENTIAL, options=[only], initial_options=[only] if chosen else None)
