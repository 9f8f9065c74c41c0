"""The form that corrects when it began."""

import json

from bot.policy.model.rules import ClocksFrom, Policy
from bot.policy.record.beginning import Beginning
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import View
from bot.views.kit import beginning_fields, ids, labels
from bot.views.kit.parts import context, modal, question, section, text_input

_LINE = 300


def draw(facts: EscalationFacts, policy: Policy) -> View:
    """Draw the form with what is on record."""
    known = Beginning(reported_at=facts.reported_at, detected_at=facts.detected_at)
    counts = "The clocks count from the report." if policy.clocks_from is ClocksFrom.REPORTED else ""
    blocks = [
        section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}"),
        *beginning_fields.questions(known),
        question("reason", "Reason", text_input("reason", limit=_LINE, placeholder="How you know, in one line")),
        *([context(counts)] if counts else []),
    ]
    return modal(ids.BEGINNING, "When it began", blocks, submit="Save", metadata=json.dumps({"number": facts.number}))
