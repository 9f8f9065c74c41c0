"""A status call begins soon: what who holds it reads."""

from bot.policy.addresses import is_web_address
from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.status_call_soon import StatusCallSoonNotice
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import asking, button, link_button
from bot.views.kit.text import moment


def draw(notice: StatusCallSoonNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the person it is sent to."""
    named, call = labels.numbered(facts, direct_to=direct_to), facts.status_call
    text = f":telephone_receiver: Your status call about {named} begins {moment(notice.due, str(policy.zone))}."
    move = button("Move or note it", ids.PRESS_STATUS_CALL, str(facts.number))
    link = call.link if call is not None else None
    join = [link_button("Join", link, style="primary")] if link is not None and is_web_address(link) else []
    many = len(facts.open_items)
    items = f"{many} action item{'s' if many != 1 else ''} unfinished." if many else "No action item is unfinished."
    return asking(text, items, *join, move)
