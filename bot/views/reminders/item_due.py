"""Action items are overdue: what their owner reads, and from the second day on the manager."""

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.item_due import ItemDueNotice
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import actions, button, section
from bot.views.kit.text import day, escape, person

_SHOWN = 5
_CLIP = 150


def draw(notice: ItemDueNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the person it is sent to, with those of the items that are unfinished now."""
    late = [item for item in facts.open_items if item.id in notice.items]
    many = "An action item" if len(late) == 1 else f"{len(late)} action items"
    are, named = "is" if len(late) == 1 else "are", labels.numbered(facts, direct_to=direct_to)
    text = f":pushpin: {many} of {named} {are} overdue."
    lines = [
        f"• {escape(item.what, _CLIP)}: {'you' if item.owner == direct_to else person(item.owner)}, "
        f"by {day(item.due_on)}"
        for item in late[:_SHOWN]
    ]
    lines += [f"• {len(late) - _SHOWN} more"] if len(late) > _SHOWN else []
    note = button("Change action items", ids.PRESS_PLAN, str(facts.number), style="primary")
    return Message(text, (section("\n".join([text, *lines])), actions(note)))
