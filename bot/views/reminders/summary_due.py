"""The issue summary is due: what its owner reads."""

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.summary_due import SummaryDueNotice
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import asking, button, text_message
from bot.views.kit.text import moment


def draw(notice: SummaryDueNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the person it is sent to."""
    named = labels.numbered(facts, direct_to=direct_to)
    if facts.issue_summary is not None or facts.closure is None:
        how = "was sent" if facts.issue_summary is not None else "isn't needed while it's open"
        return text_message(f":memo: The issue summary of {named} {how}.")
    text = f":memo: The issue summary of {named} has been overdue since {moment(notice.due, str(policy.zone))}."
    write = button("Issue summary", ids.PRESS_SUMMARY, str(facts.number), style="primary")
    return asking(text, "It's drafted: read it, change it, send it.", write)
