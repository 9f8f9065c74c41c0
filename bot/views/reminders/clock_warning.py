"""Most of a clock's time has passed: what the person reads who can stop it."""

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.clock_warning import WarningNotice
from bot.policy.record.escalation import MANAGER, EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import asking, button
from bot.views.kit.text import moment, person
from bot.views.reminders.updates import we_paged


def draw(notice: WarningNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the person it is sent to directly."""
    named, number = labels.numbered(facts, direct_to=direct_to), str(facts.number)
    due = moment(notice.due, str(policy.zone))
    paged = we_paged(facts, notice.due)
    then = paged or f"Otherwise we page {person(facts.holder(MANAGER) or facts.declared_by)}."
    is_past = any(page.started_at >= notice.due for page in facts.pages)
    if notice.clock == "response":
        text = f":hourglass_flowing_sand: Acknowledge {named}{f': it was due {due}' if is_past else f' by {due}'}."
        return asking(text, then, button("Acknowledge", ids.PRESS_ACKNOWLEDGE, number, style="primary"))
    text = f":hourglass_flowing_sand: Resolution of {named} {'was' if is_past else 'is'} due {due}."
    return asking(text, f"Impact stopped? Mark it. {then}", button("Impact stopped", ids.PRESS_MITIGATE, number))
