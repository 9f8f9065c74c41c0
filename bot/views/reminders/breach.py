"""A clock has run out: what the channel reads, and the owners directly."""

from datetime import datetime

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.breach import BreachNotice, beside
from bot.policy.record.escalation import FIX_OWNER, MANAGER, EscalationFacts
from bot.policy.record.sla import stopped_at
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import asking, button, text_message
from bot.views.kit.text import length, moment, person
from bot.views.reminders.updates import late, paged


def draw(notice: BreachNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the channel, or for the person it is sent to directly. One that is over says how late it was."""
    named = labels.numbered(facts, direct_to=direct_to)
    due = moment(notice.due, str(policy.zone))
    number = str(facts.number)
    is_response = notice.clock == "response"
    stopped = stopped_at(facts.response if is_response else facts.resolution)
    if stopped is not None:
        return _stopped(notice, facts, named, stopped)
    if is_response:
        text = f":rotating_light: {named} wasn't acknowledged in time. It was due {due}.{late(notice.late)}"
        then = _paged(notice, facts, policy) or "Can you take it?"
        return asking(text, then, button("Acknowledge", ids.PRESS_ACKNOWLEDGE, number, style="primary"))
    text = f":rotating_light: {named} missed its resolution target. It was due {due}.{late(notice.late)}"
    fixer = person(facts.holder(FIX_OWNER) or facts.declared_by)
    then = f"{_paged(notice, facts, policy)} {fixer}, what's in the way?".lstrip()
    return asking(text, then, button("Post update", ids.PRESS_UPDATE, number))


def _stopped(notice: BreachNotice, facts: EscalationFacts, named: str, at: datetime) -> Message:
    """Draw what is left of it once nobody has to act: what stopped the clock, and how late."""
    by = f", {length(at - notice.due)} late" if at > notice.due else ""
    if facts.withdrawal is not None:
        return text_message(f":no_entry_sign: {named}: {labels.status_words(facts).lower()}.")
    if notice.clock == "response":
        how = f"acknowledged by {person(facts.acknowledged_by)}" if facts.acknowledged_by else "acknowledged"
    else:
        how = "impact stopped" if facts.mitigated_at == at else "resolved"
    return text_message(f":white_check_mark: {named}: {how}{by}.")


def _paged(notice: BreachNotice, facts: EscalationFacts, policy: Policy) -> str:
    """Return who was paged for it, if anybody was. It stays true when others are paged later."""
    roles = (MANAGER, *beside(facts, policy, notice.clock))
    alarm = max((page.alarm for page in facts.pages), default=0)
    mine = [page for page in facts.pages if page.alarm == alarm and page.role in roles]
    return paged(mine) or ""
