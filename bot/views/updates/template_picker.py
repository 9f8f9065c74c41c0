"""The picker of templates in the update form, and the advice that stands beside a text for a customer."""

from collections.abc import Iterable
from typing import Final

from slack_sdk.models.blocks import StaticSelectElement

from bot.policy.model.rules import Policy
from bot.policy.model.templates import TemplateKind
from bot.policy.record.escalation import EscalationFacts
from bot.views.kit import ids
from bot.views.kit.parts import option
from bot.views.kit.text import all_of, clip, escape, forbidden, plain

_NAMES: Final = {
    TemplateKind.ACKNOWLEDGEMENT: "Acknowledgement",
    TemplateKind.STATUS: "Status update",
    TemplateKind.INVESTIGATING: "Still investigating",
    TemplateKind.STANDARD: "Handed to a team",
    TemplateKind.URGENT: "Handed to a team, urgent",
    TemplateKind.HOLDING: "Holding message",
    TemplateKind.RESOLUTION: "Solved: please check",
    TemplateKind.CLOSING: "Closing",
    TemplateKind.REMEDIATION: "Remediation plan",
    TemplateKind.PLAN_CHANGE: "Plan has changed",
    TemplateKind.APOLOGY: "Apology",
}
_LINE: Final = 90  # about what fits into a line of a form
_PRINCIPLES: Final = 3


def picker(kinds: Iterable[TemplateKind], chosen: TemplateKind | None) -> StaticSelectElement | None:
    """Return the menu of the occasions there are texts for; None if there are none."""
    options = {kind: option(kind.value, _NAMES[kind]) for kind in kinds}
    if not options:
        return None
    return StaticSelectElement(
        action_id=ids.PICK_TEMPLATE,
        placeholder=plain("Templates", 150),
        options=list(options.values()),
        initial_option=options.get(chosen) if chosen is not None else None,
    )


def advice(facts: EscalationFacts, policy: Policy) -> tuple[str, ...]:
    """Return the category's do and don't, a line of markup each; without a category the first principles of S4.

    `/escalate help roles` has all of them.
    """
    category = policy.category(facts.category) if facts.category else None
    lines = (
        ("Do: ", "; ".join(category.do) if category is not None else ""),
        ("Don't: ", "; ".join(map(forbidden, category.dont)) if category is not None else ""),
        ("Keep in mind: ", _principles(policy) if category is None else ""),
    )
    return tuple(f"{begins}{escape(clip(words, _LINE))}" for begins, words in lines if words)


def _principles(policy: Policy) -> str:
    """Return the first principles, as many as fit into a line."""
    return f"{all_of(policy.wording.principles[:_PRINCIPLES])}." if policy.wording.principles else ""
