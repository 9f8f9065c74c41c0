"""The channel's message about what isn't resolved after some time."""

from bot.policy.model.rules import Policy
from bot.policy.record.announcements.paging import StillUnresolved
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit import labels
from bot.views.kit.parts import text_message
from bot.views.kit.text import SECTION_LIMIT, all_of, clip_markup, escape, length, person
from bot.views.paging import paging_notices


def in_channel(told: StillUnresolved, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw who was brought in for the channel."""
    said = [f":hourglass: {labels.numbered(facts, direct_to=None)} isn't resolved after {length(told.after)}."]
    if told.brought_in:
        said.append(f"We brought in {all_of(map(person, told.brought_in))}.")
    if told.told:
        said.append(f"We told {all_of(map(person, told.told))} directly.")
    if told.missing:
        said.append(
            f"No one is named as {all_of(escape(paging_notices.role_label(role, policy)) for role in told.missing)}."
        )
    return text_message(clip_markup(" ".join(said), SECTION_LIMIT))
