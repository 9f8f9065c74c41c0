"""Takeover: the category that applies if a ticked trigger hands the case over to another (docs/policy.md#x25)."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.policy.model.categories import Category, Trigger
from bot.policy.model.rules import Policy


@dataclass(frozen=True, slots=True)
class Takeover:
    """The categories of a case: at least one, several if one took over from another.

    `through` are those it went through, from the chosen one to the one that applies; `triggers` are all ticked
    triggers in any of them: what a trigger adds persists after a takeover.
    """

    through: tuple[Category, ...]
    triggers: tuple[Trigger, ...]
    trace: tuple[str, ...] = ()

    @property
    def category(self) -> Category:
        """The category that applies."""
        return self.through[-1]

    @property
    def churn_triggers(self) -> tuple[str, ...]:
        """The texts of ticked triggers that mark churn risk."""
        return tuple(trigger.text for trigger in self.triggers if trigger.churn_risk)

    @property
    def copies(self) -> tuple[str, ...]:
        """The teams to copy besides the one that helps."""
        copies = dict.fromkeys((*self.category.copies, *(team for trigger in self.triggers for team in trigger.copies)))
        return tuple(team for team in copies if team != self.category.team)


def takeover(policy: Policy, chosen: str, triggers: Collection[str]) -> Takeover:
    """Follow the ticked triggers from the chosen category, through each category once. Raises KeyError."""
    category = policy.category(chosen)
    found = Takeover((category,), _named(category, triggers))
    while True:
        trigger = next((trigger for trigger in _named(found.category, triggers) if _leads_on(trigger, found)), None)
        if trigger is None or trigger.category is None:
            return found
        taking = policy.category(trigger.category)
        said = f"{taking.label} takes this over from {found.category.label}, because of “{trigger.text}”."
        found = Takeover((*found.through, taking), (*found.triggers, *_named(taking, triggers)), (*found.trace, said))


def _named(category: Category, triggers: Collection[str]) -> tuple[Trigger, ...]:
    return tuple(trigger for trigger in category.triggers if trigger.key in triggers)


def _leads_on(trigger: Trigger, found: Takeover) -> bool:
    return trigger.category is not None and trigger.category not in {category.key for category in found.through}
