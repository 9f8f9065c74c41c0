"""The triggers of a category: those that can be ticked, with their effects, and the others as examples."""

from collections.abc import Collection

from slack_sdk.models.blocks import CheckboxesElement

from bot.policy.model.categories import Category, Trigger
from bot.policy.model.rules import Policy
from bot.ports.workspace import Block
from bot.views.kit.parts import context, option
from bot.views.kit.text import escape

# The block of the triggers.
BLOCK = "signs"
_MOST_TRIGGERS = 10


def boxes(category: Category, policy: Policy, ticked: Collection[str], action_id: str) -> CheckboxesElement | None:
    """Return checkboxes for the triggers; None if there are none."""
    named = [
        option(trigger.key, trigger.text, _brings_about(trigger, category, policy))
        for trigger in category.triggers
        if trigger.key
    ]
    shown = named[:_MOST_TRIGGERS]
    if not shown:
        return None
    initial = [trigger for trigger in shown if trigger.value in ticked] or None
    return CheckboxesElement(action_id=action_id, options=shown, initial_options=initial)


def examples(category: Category) -> Block | None:
    """Draw the triggers that can't be ticked; None if there are none."""
    shown = [trigger.text for trigger in category.triggers if not trigger.key]
    return context(f"*{escape(category.label)}*, for example: {escape('; '.join(shown))}") if shown else None


def in_a_line(category: Category) -> str:
    """Return a category's whole list as markup on one line."""
    return escape("; ".join(trigger.text for trigger in category.triggers))


def _brings_about(trigger: Trigger, category: Category, policy: Policy) -> str | None:
    """Return the effect of ticking a trigger."""
    done = [f"{policy.category(trigger.category).label} takes it over"] if trigger.category else []
    copies = [policy.team(key).name for key in trigger.copies if key != category.team]
    done += [f"{' and '.join(copies)} copied"] if copies else []
    done += [f"{policy.team(category.team).name} asked"] if category.team and trigger.key == category.ask_if else []
    done += [f"marked {policy.patterns.churn_risk.tag}"] if trigger.churn_risk and policy.patterns.churn_risk else []
    done += ["identity check"] if trigger.verification else []
    said = ", ".join(done)
    return said[:1].upper() + said[1:] or None
