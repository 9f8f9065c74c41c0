"""A follow-up call is due: what who holds it reads."""

from datetime import timedelta
from typing import Final

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.call_due import CallDueNotice
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import asking, button, text_message
from bot.views.kit.text import moment

# Stored times of a call are to the second.
_MOVED: Final = timedelta(minutes=1)


def draw(notice: CallDueNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the person it is sent to."""
    named = labels.numbered(facts, direct_to=direct_to)
    call = facts.call
    if call is None or call.noted_at is not None or call.at - notice.due >= _MOVED:
        how = "isn't needed any more" if call is None else "was noted" if call.noted_at is not None else "was moved"
        return text_message(f":telephone_receiver: Your follow-up call about {named} {how}.")
    text = f":telephone_receiver: Your follow-up call about {named} was due {moment(notice.due, str(policy.zone))}."
    note = button("Note or move it", ids.PRESS_CALL, str(facts.number), style="primary")
    return asking(text, "Ask if it still works, and what we could do better.", note)
