"""Takeover: the category that applies if a ticked trigger hands the matter over to another (docs/policy.md#x25)."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.policy.model.categories import Category, Trigger
from bot.policy.model.rules import Policy


@dataclass(frozen=True, slots=True)
class Matter:
    """The categories of a matter. There is always at least one.

    `through` are the categories it went through, from the chosen one to the one that applies; `signs` are all ticked
    triggers in any of them: what a trigger adds persists after a takeover.
    """

    through: tuple[Category, ...]
    signs: tuple[Trigger, ...]
    trace: tuple[str, ...] = ()

    @property
    def category(self) -> Category:
        """The category that applies."""
        return self.through[-1]

    @property
    def churn_triggers(self) -> tuple[str, ...]:
        """The texts of ticked triggers that mark churn risk."""
        return tuple(sign.text for sign in self.signs if sign.churn_risk)

    @property
    def copies(self) -> tuple[str, ...]:
        """The teams to copy besides the one that helps."""
        copies = dict.fromkeys((*self.category.copies, *(team for sign in self.signs for team in sign.copies)))
        return tuple(team for team in copies if team != self.category.team)


def matter(policy: Policy, chosen: str, triggers: Collection[str]) -> Matter:
    """Follow the ticked triggers from the chosen category, through each category once. Raises KeyError."""
    category = policy.category(chosen)
    found = Matter((category,), _named(category, triggers))
    while True:
        sign = next((sign for sign in _named(found.category, triggers) if _leads_on(sign, found)), None)
        if sign is None or sign.category is None:
            return found
        taking = policy.category(sign.category)
        said = f"{taking.label} takes this over from {found.category.label}, because of “{sign.text}”."
        found = Matter((*found.through, taking), (*found.signs, *_named(taking, triggers)), (*found.trace, said))


def _named(category: Category, triggers: Collection[str]) -> tuple[Trigger, ...]:
    return tuple(trigger for trigger in category.triggers if trigger.key in triggers)


def _leads_on(sign: Trigger, found: Matter) -> bool:
    return sign.category is not None and sign.category not in {category.key for category in found.through}
