"""The form that links a ticket."""

import json
from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import UrlInputElement

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts, Ticket
from bot.ports.workspace import View
from bot.views.kit import ids, labels
from bot.views.kit.form_values import text_of
from bot.views.kit.parts import modal, question, section, text_input

_LINE = 80


def draw(facts: EscalationFacts, policy: Policy) -> View:
    """Draw the form, filled in with the present ticket."""
    known = facts.ticket
    blocks = [
        section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}"),
        question(
            "number",
            "Ticket number",
            text_input("number", initial=known.number if known else None, limit=_LINE),
            optional=True,
        ),
        question(
            "url",
            "Link",
            UrlInputElement(action_id="url", initial_value=known.url if known else None),
            hint="Shown on the card and in the export. Customer texts quote the number.",
            optional=True,
        ),
    ]
    metadata = json.dumps({"number": facts.number})
    return modal(ids.TICKET, "Link a ticket", blocks, submit="Save", metadata=metadata)


def read(view: Mapping[str, Any]) -> Ticket:
    """Parse the form."""
    return Ticket(number=text_of(view, "number") or None, url=text_of(view, "url") or None)
