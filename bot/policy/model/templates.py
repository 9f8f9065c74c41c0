"""Texts for customers that a policy offers; a person adds what is missing (docs/wording.md#templates)."""

from enum import StrEnum
from typing import Final

from pydantic import Field

from bot.policy.schema import Part, Text

# What a template may name in {braces}, and the [bracket] that stands for it until a person fills it in.
PLACEHOLDERS: Final = {
    "account": "[customer]",
    "issue": "[what happened]",
    "severity": "[severity]",
    "number": "[ticket number]",
    "contact": "[who to contact]",
    "team": "[team]",
    "timeframe": "[timeframe]",
    "now": "[date and time]",
    "next": "[date and time of the next update]",
    "cadence": "[how often]",
    "fixed": "[what was fixed]",
    "criteria": "[what must be true to close this]",
    "plan": "[each action, who does it, and by when]",
    "changes": "[what has changed in the plan]",
    "sender": "[your name]",
}


class TemplateKind(StrEnum):
    """When a text is for: the occasions that the sources name."""

    ACKNOWLEDGEMENT = "acknowledgement"
    STATUS = "status"
    INVESTIGATING = "investigating"
    STANDARD = "standard"
    URGENT = "urgent"
    HOLDING = "holding"
    RESOLUTION = "resolution"
    CLOSING = "closing"
    REMEDIATION = "remediation"
    PLAN_CHANGE = "plan_change"
    APOLOGY = "apology"
    CONFIRMATION = "confirmation"
    RATING = "rating"


# Those with a form of their own: no update is made of them.
WITH_A_FORM: Final = frozenset({TemplateKind.CONFIRMATION, TemplateKind.RATING})


# Texts that say what the plan of a programme is.
OF_PLANS: Final = frozenset({TemplateKind.REMEDIATION, TemplateKind.PLAN_CHANGE})


class Templates(Part):
    """A text for each occasion. Facts are named in {braces}; a person fills in the [brackets].

    A category's go before those of a health, these before a level's, and these before the policy's. A customer with a
    language gets the texts in it, as far as there are any.
    """

    acknowledgement: Text | None = None
    status: Text | None = None
    investigating: Text | None = None
    standard: Text | None = None
    urgent: Text | None = None
    holding: Text | None = None
    resolution: Text | None = None
    closing: Text | None = None
    remediation: Text | None = None
    plan_change: Text | None = None
    apology: Text | None = None
    confirmation: Text | None = None
    rating: Text | None = None
    # The same in other languages, by the code that accounts have in `language`.
    languages: dict[str, "Templates"] = Field(default_factory=dict)

    def of(self, kind: TemplateKind) -> str | None:
        """Return the text for an occasion."""
        found: str | None = getattr(self, kind.value)
        return found
