"""The form that waives the customer's confirmation."""

import json

from bot.policy.decide.lifecycle import whom_to_ask
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import View
from bot.views.kit import ids, labels
from bot.views.kit.parts import context, modal, question, section, text_input
from bot.views.kit.text import any_of, times

_LINE = 300


def draw(facts: EscalationFacts, policy: Policy, given: int = 0) -> View:
    """Draw the form that waives the customer's confirmation. `given` is how many waivers its reader gave in 90 days."""
    may = any_of(whom_to_ask(facts, policy.guards.waive)) or "No one in the policy"
    before = f" You gave {times(given, 'waiver')} in the last 90 days." if given else ""
    return modal(
        ids.WAIVE,
        "Waive confirmation",
        [
            section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}"),
            context(f"{may} can do this. Name and reason are posted.{before}"),
            question("reason", "Reason", text_input("reason", limit=_LINE)),
        ],
        submit="Waive",
        metadata=json.dumps({"number": facts.number}),
    )
