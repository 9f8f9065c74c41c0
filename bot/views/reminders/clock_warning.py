"""Most of a clock's time has passed: what the person reads who can stop it."""

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.clock_warning import WarningNotice
from bot.policy.record.escalation import MANAGER, EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import asking, button
from bot.views.kit.text import moment, person


def draw(notice: WarningNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the person it is sent to directly."""
    named, number = labels.numbered(facts, direct_to=direct_to), str(facts.number)
    due = moment(notice.due, str(policy.zone))
    then = f"Otherwise we page {person(facts.holder(MANAGER) or facts.declared_by)}."
    if notice.clock == "response":
        text = f":hourglass_flowing_sand: Acknowledge {named} by {due}."
        return asking(text, then, button("Acknowledge", ids.PRESS_ACKNOWLEDGE, number, style="primary"))
    text = f":hourglass_flowing_sand: Resolution of {named} is due {due}."
    return asking(text, f"Impact stopped? Mark it. {then}", button("Impact stopped", ids.PRESS_MITIGATE, number))
