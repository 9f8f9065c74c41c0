"""Messages about what isn't resolved after some time: to the channel, and to the person who is brought in."""

from bot.policy.model.rules import Policy
from bot.policy.record.announcements.paging import StillUnresolved
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts, role_name
from bot.policy.record.notices.paging import BroughtInNotice
from bot.ports.workspace import Message
from bot.views.kit import labels
from bot.views.kit.parts import asking, text_message
from bot.views.kit.text import all_of, escape, length, person


def in_channel(told: StillUnresolved, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw who was brought in for the channel."""
    said = [f":hourglass: {labels.numbered(facts, direct_to=None)} isn't resolved after {length(told.after)}."]
    if told.brought_in:
        said.append(f"We brought in {all_of(map(person, told.brought_in))}.")
    if told.told:
        said.append(f"We told {all_of(map(person, told.told))} directly.")
    if told.missing:
        said.append(f"No one is named as {all_of(escape(_role(role, policy)) for role in told.missing)}.")
    return text_message(" ".join(said))


def directly(notice: BroughtInNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the person who is brought in."""
    fixer = person(facts.holder(FIX_OWNER) or facts.declared_by)
    named = labels.numbered(facts, direct_to=direct_to)
    text = (
        f":hourglass: {named} isn't resolved after {length(notice.after)}. "
        f"You're brought in as {escape(_role(notice.role, policy))}."
    )
    return asking(text, f"{fixer} owns the fix. Ask what's in the way.")


def _role(role: str, policy: Policy) -> str:
    return next((slot.label for slot in policy.slots if slot.key == role), role_name(role))
