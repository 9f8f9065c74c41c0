"""A status call is over: what who held it is asked."""

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.status_call_notes import StatusCallNotesNotice
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import asking, button
from bot.views.kit.text import moment


def draw(notice: StatusCallNotesNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the person it is sent to."""
    named = labels.numbered(facts, direct_to=direct_to)
    text = f":telephone_receiver: What was agreed on the status call about {named}?"
    note = button("Note or move it", ids.PRESS_STATUS_CALL, str(facts.number), style="primary")
    return asking(text, f"It was planned for {moment(notice.due, str(policy.zone))}.", note)
