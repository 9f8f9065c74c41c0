"""We still wait for the customer: what the customer owner is sent directly."""

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.waiting_due import WaitingDueNotice
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit import labels
from bot.views.kit.parts import asking
from bot.views.kit.text import moment
from bot.views.waiting import waiting_messages


def draw(notice: WaitingDueNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the customer owner, who gets it directly."""
    zone = str(policy.zone)
    named = labels.numbered(facts, direct_to=direct_to)
    text = f":hourglass_flowing_sand: {named} has waited on the customer since {moment(notice.since, zone)}."
    then = f"Remind them. We stop waiting {moment(notice.until, zone)}."
    return asking(text, then, waiting_messages.resume(facts.number))
