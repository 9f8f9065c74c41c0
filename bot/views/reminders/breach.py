"""A clock has run out: what the channel reads, and the owners directly."""

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.breach import BreachNotice
from bot.policy.record.escalation import FIX_OWNER, MANAGER, EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import asking, button
from bot.views.kit.text import moment, person
from bot.views.reminders.updates import late


def draw(notice: BreachNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the channel, or for the person it is sent to directly."""
    named = labels.named(facts, direct_to=direct_to)
    due = moment(notice.due, str(policy.zone))
    manager = person(facts.holder(MANAGER) or facts.declared_by)
    if notice.clock == "response":
        text = f":rotating_light: Nobody has acknowledged {named}; that was due {due}.{late(notice.late)}"
        then = f"{manager} is being paged. Whoever takes it, press Acknowledge."
        return asking(text, then, button("Acknowledge", ids.PRESS_ACKNOWLEDGE, str(facts.number), style="primary"))
    text = f":rotating_light: {named} is past its time to resolve; that was due {due}.{late(notice.late)}"
    then = (
        f"{manager} is being paged. {person(facts.holder(FIX_OWNER) or facts.declared_by)}: say in an update what "
        "stands in the way; press Mitigated when the harm has stopped."
    )
    return asking(text, then, button("Post an update", ids.PRESS_UPDATE, str(facts.number)))
