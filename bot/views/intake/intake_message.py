"""The one request to the relationship owner for missing details."""

from typing import Final

from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.notices.intake import FactsMissingNotice
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import actions, button, section
from bot.views.kit.text import all_of, escape

# Instead of a section's key: everything, or everything missing.
ALL: Final = "all"
MISSING: Final = "missing"
# More of them are counted: the form names all.
_NAMED: Final = 2


def value(facts: EscalationFacts, group: str) -> str:
    """Return a button's value: the escalation, and the section of its form."""
    return f"{facts.number}:{group}"


def missing(notice: FactsMissingNotice, facts: EscalationFacts) -> Message:
    """Draw the request to the relationship owner, which is sent once."""
    named = [escape(label) for label in notice.missing[:_NAMED]]
    more = notice.more + len(notice.missing) - len(named)
    text = f":wave: Can you add details to {labels.numbered(facts, direct_to=facts.declared_by)}?"
    missing = all_of([*named, f"{more} more"] if more else named)
    return Message(
        text,
        (
            section(f"{text} Missing: {missing}."),
            actions(button("Add details", ids.PRESS_FACTS, value(facts, MISSING), style="primary")),
        ),
    )
