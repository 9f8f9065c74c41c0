"""The form that asks executives to do one thing for a customer."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from slack_sdk.models.blocks import StaticSelectElement

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import View
from bot.views.kit import ids, picking
from bot.views.kit.form_values import option_of
from bot.views.kit.parts import modal, option, question, text_input

LONGEST: Final = 150


def form(offered: Sequence[tuple[EscalationFacts, Policy]], asked: str) -> View:
    """Draw the form; the first escalation is chosen, with what was asked for it."""
    options = [option(str(facts.number), picking.label(facts)) for facts, _ in offered]
    menu = StaticSelectElement(action_id="escalation", options=options, initial_option=options[0])
    words = text_input("words", initial=asked, limit=LONGEST, placeholder="Call their COO before Friday")
    return modal(
        ids.ASK_EXECUTIVES,
        "Ask executives",
        [
            question("escalation", "Customer", menu),
            question(
                "words",
                "What should they do?",
                words,
                hint="One thing, shown on the hot list. Leave it empty to take it back.",
                optional=True,
            ),
        ],
        submit="Ask",
    )


def number_of(view: Mapping[str, Any]) -> int | None:
    """Return the chosen escalation."""
    chosen = option_of(view, "escalation")
    return int(chosen) if chosen and chosen.isdecimal() else None
