"""Channel messages about the category."""

from bot.policy.model.rules import Policy
from bot.policy.record.announcements.categories import Categorised, CategoryAnnouncement, CategoryCard
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit.parts import text_message
from bot.views.kit.text import escape, person


def draw(told: CategoryAnnouncement, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw one announcement."""
    match told:
        case CategoryCard():
            return text_message(":card_index_dividers: *Playbook* on the pinned card has the steps.")
        case Categorised():
            return _categorised(told, facts, policy)


def _categorised(told: Categorised, facts: EscalationFacts, policy: Policy) -> Message:
    key = told.category
    did = f"set the category to *{escape(policy.category(key).label)}*" if key else "removed the category"
    text = f":card_index_dividers: {person(told.by)} {did}."
    if told.before != told.after:
        before, after = policy.level(told.before).label, policy.level(told.after).label
        text += f" {escape(before)} → {escape(after)}; clocks follow."
    if facts.is_private:
        return text_message(text, ":lock: Confidential: only people in its channel can see it.")
    return text_message(text)
