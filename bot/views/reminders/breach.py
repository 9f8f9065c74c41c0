"""A clock has run out: what the channel reads, and the owners directly."""

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.breach import BreachNotice, beside
from bot.policy.record.escalation import FIX_OWNER, MANAGER, EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import asking, button
from bot.views.kit.text import all_of, moment, person
from bot.views.reminders.updates import late


def draw(notice: BreachNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the channel, or for the person it is sent to directly."""
    named = labels.numbered(facts, direct_to=direct_to)
    due = moment(notice.due, str(policy.zone))
    manager = person(facts.holder(MANAGER) or facts.declared_by)
    number = str(facts.number)
    if notice.clock == "response":
        text = f":rotating_light: {named} wasn't acknowledged in time. It was due {due}.{late(notice.late)}"
        others = (facts.holder(role) for role in beside(facts, policy, notice.clock))
        then = f"We're paging {all_of(dict.fromkeys([manager, *(person(who) for who in others if who)]))}."
        return asking(text, then, button("Acknowledge", ids.PRESS_ACKNOWLEDGE, number, style="primary"))
    text = f":rotating_light: {named} missed its resolution target. It was due {due}.{late(notice.late)}"
    fixer = person(facts.holder(FIX_OWNER) or facts.declared_by)
    then = f"We're paging {manager}. {fixer}, what's in the way?"
    return asking(text, then, button("Post update", ids.PRESS_UPDATE, number))
