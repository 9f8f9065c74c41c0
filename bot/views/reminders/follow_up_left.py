"""Late follow-ups: what the manager reads."""

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.follow_up_days import late
from bot.policy.plan.reminders.follow_up_left import FollowUpLeftNotice
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.follow_ups import follow_up_lines
from bot.views.kit import ids, labels
from bot.views.kit.parts import actions, button, section
from bot.views.kit.text import times

_SHOWN = 4


def draw(notice: FollowUpLeftNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it from what is left to do."""
    del policy
    left = [*late(facts, notice.on)]
    named = labels.numbered(facts, direct_to=direct_to)
    if not left:
        text = f":dart: No follow-up for {named} is overdue any more."
        return Message(text, (section(text),))
    text = f":dart: {times(len(left), 'follow-up')} for {named} {'is' if len(left) == 1 else 'are'} overdue."
    shown = "\n".join(f"• {follow_up_lines.line(action, notice.on)}" for action in left[:_SHOWN])
    show = button("Follow-ups", ids.PRESS_FOLLOW_UPS, str(facts.number))
    return Message(text, (section(text), section(shown), actions(show)))
