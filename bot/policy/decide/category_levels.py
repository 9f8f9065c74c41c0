"""The level at which a category starts, and choices lighter than that (docs/policy.md#categories)."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.policy.decide.takeover import takeover
from bot.policy.model.categories import Category
from bot.policy.model.levels import Level
from bot.policy.model.rules import Policy


@dataclass(frozen=True, slots=True)
class LighterChoice:
    """A chosen level lighter than the one at which its category starts."""

    category: Category
    starts_at: Level
    chosen: Level

    def __str__(self) -> str:
        """Return it for people: "Financial Issues start at Critical"."""
        label = self.category.label
        is_plural = label.endswith("s") and not label.endswith("ss")
        return f"{label} {'start' if is_plural or '&' in label else 'starts'} at {self.starts_at.label}"


def starting_level(policy: Policy, category: str | None, triggers: Collection[str] = ()) -> str | None:
    """Return the level that choosing a category preselects: that of the category that applies."""
    return takeover(policy, category, triggers).category.level if category is not None else None


def lighter_choice(
    policy: Policy, category: str | None, triggers: Collection[str], level: str | None, becomes: str | None = None
) -> LighterChoice | None:
    """Return the choice if it is lighter than the category's level, and nothing raises it to that anyway.

    `becomes` is the level that the policy decides on, if that is known: an account may raise the choice.
    """
    if category is None or level is None:
        return None
    applies = takeover(policy, category, triggers).category
    if applies.level is None or policy.rank(level) <= policy.rank(applies.level):
        return None
    if applies.least is not None and policy.rank(applies.least) <= policy.rank(applies.level):
        return None
    if becomes is not None and policy.rank(becomes) <= policy.rank(applies.level):
        return None
    return LighterChoice(applies, policy.level(applies.level), policy.level(level))
