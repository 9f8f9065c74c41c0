"""A follow-up call is due: what who holds it reads."""

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.call_due import CallDueNotice
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import asking, button
from bot.views.kit.text import moment


def draw(notice: CallDueNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the person it is sent to."""
    named = labels.numbered(facts, direct_to=direct_to)
    text = f":telephone_receiver: Your follow-up call about {named} is due {moment(notice.due, str(policy.zone))}."
    note = button("Note or move it", ids.PRESS_CALL, str(facts.number), style="primary")
    return asking(text, "Ask if it still works, and what we could do better.", note)
