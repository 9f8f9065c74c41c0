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
    number = str(facts.number)
    if notice.clock == "response":
        text = f":rotating_light: {named} wasn't acknowledged in time. It was due {due}.{late(notice.late)}"
        then = _paged(notice, facts, policy) or "Can you take it?"
        return asking(text, then, button("Acknowledge", ids.PRESS_ACKNOWLEDGE, number, style="primary"))
    text = f":rotating_light: {named} missed its resolution target. It was due {due}.{late(notice.late)}"
    fixer = person(facts.holder(FIX_OWNER) or facts.declared_by)
    then = f"{_paged(notice, facts, policy)} {fixer}, what's in the way?".lstrip()
    return asking(text, then, button("Post update", ids.PRESS_UPDATE, number))


def _paged(notice: BreachNotice, facts: EscalationFacts, policy: Policy) -> str:
    """Return who was paged for it, if anybody was. It stays true when others are paged later."""
    roles = (MANAGER, *beside(facts, policy, notice.clock))
    alarm = max((page.alarm for page in facts.pages), default=0)
    people = dict.fromkeys(page.person for page in facts.pages if page.alarm == alarm and page.role in roles)
    return f"We paged {all_of(person(who) for who in people)}." if people else ""
