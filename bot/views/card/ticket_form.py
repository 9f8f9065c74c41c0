"""The form that links a ticket."""

import json
from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import UrlInputElement

from bot.policy.model.rules import Policy
from bot.policy.record import sla
from bot.policy.record.escalation import EscalationFacts, Ticket
from bot.ports.workspace import View
from bot.views.kit import ids
from bot.views.kit.form_values import text_of
from bot.views.kit.parts import modal, question, section, text_input
from bot.views.kit.text import escape, one_line, plain_moment

_LINE = 80
_DESCRIPTION = 1500


def draw(facts: EscalationFacts, policy: Policy) -> View:
    """Draw the form, filled in with the present ticket."""
    known = facts.ticket
    blocks = [
        section(f"To paste into the ticket:\n```{escape(description(facts, policy), _DESCRIPTION)}```"),
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


def description(facts: EscalationFacts, policy: Policy) -> str:
    """Return what a ticket should say: severity, account, both clocks, and where to find the rest (S1)."""
    zone, clocks = str(policy.zone), (("Acknowledge by", facts.response), ("Resolve by", facts.resolution))
    due = [(label, sla.due_at(clock, policy.calendars)) for label, clock in clocks]
    lines = [
        f"{facts.key} {one_line(facts.account.name)}: {one_line(facts.summary)}",
        f"Severity: {policy.level(facts.level).label}",
        f"Account: {one_line(facts.account.name)}",
        *(f"{label}: {plain_moment(at, zone)}" for label, at in due if at is not None),
        *([f"Slack: #{facts.channel_name}"] if facts.channel_name else []),
    ]
    return "\n".join(lines)


def read(view: Mapping[str, Any]) -> Ticket:
    """Parse the form."""
    return Ticket(number=text_of(view, "number") or None, url=text_of(view, "url") or None)
