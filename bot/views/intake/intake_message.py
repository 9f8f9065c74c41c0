"""The one request to the relationship owner for missing details."""

from typing import Final

from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.notices.intake import FactsMissingNotice
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import actions, button, context, section
from bot.views.kit.text import escape

# Instead of a section's key: everything, or everything missing.
ALL: Final = "all"
MISSING: Final = "missing"


def value(facts: EscalationFacts, group: str) -> str:
    """Return a button's value: the escalation, and the section of its form."""
    return f"{facts.number}:{group}"


def missing(notice: FactsMissingNotice, facts: EscalationFacts) -> Message:
    """Draw the request to the relationship owner, which is sent once."""
    named = ", ".join(escape(label) for label in notice.missing)
    more = f" and {notice.more} more" if notice.more else ""
    text = f":wave: Can you add any of this for {labels.numbered(facts, direct_to=facts.declared_by)}?"
    return Message(
        text,
        (
            section(f"{text}\n*Missing:* {named}{more}"),
            context("Skip what you don't know."),
            actions(button("Add details", ids.PRESS_FACTS, value(facts, MISSING), style="primary")),
        ),
    )
