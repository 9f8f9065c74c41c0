"""The form that waives the customer's confirmation."""

import json

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import MANAGER, EscalationFacts
from bot.ports.workspace import View
from bot.views.kit import ids, labels
from bot.views.kit.parts import context, modal, question, section, text_input
from bot.views.kit.text import person

_LINE = 300


def draw(facts: EscalationFacts, policy: Policy) -> View:
    """Draw the form that waives the customer's confirmation."""
    manager = person(facts.holder(MANAGER) or facts.declared_by)
    return modal(
        ids.WAIVE,
        "Waive confirmation",
        [
            section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}"),
            context(f"Only a manager may do this, here {manager}. Name and reason are posted."),
            question("reason", "Why without the customer's word?", text_input("reason", limit=_LINE)),
        ],
        submit="Waive",
        metadata=json.dumps({"number": facts.number}),
    )
