"""The manager's update to the customer's sponsor is due: what the manager reads."""

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.manager_update import ManagerUpdateNotice
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import asking, button
from bot.views.kit.text import moment


def draw(notice: ManagerUpdateNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the person it is sent to."""
    named, zone = labels.numbered(facts, direct_to=direct_to), str(policy.zone)
    text = f":envelope: Your update to the sponsor of {named} was due {moment(notice.due, zone)}."
    update = button("Post update", ids.PRESS_UPDATE, str(facts.number), style="primary")
    call = button("Note a call", ids.PRESS_STATUS_CALL, str(facts.number))
    return asking(text, "Any customer update you post counts, and any status call you note.", update, call)
