"""Direct messages to people who are told or brought in without a page."""

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import FIX_OWNER, ROLE_NAMES, EscalationFacts, role_name
from bot.policy.record.notices.paging import BroughtInNotice, PagingNotice, ToldNotice
from bot.ports.workspace import Message
from bot.views.kit import labels
from bot.views.kit.parts import asking
from bot.views.kit.text import escape, length, person


def draw(notice: PagingNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw one of them."""
    match notice:
        case BroughtInNotice():
            return _brought_in(notice, facts, policy, direct_to)
        case ToldNotice():
            return _told(notice, facts, policy)


def _brought_in(notice: BroughtInNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the person who is brought in."""
    fixer = person(facts.holder(FIX_OWNER) or facts.declared_by)
    named = labels.numbered(facts, direct_to=direct_to)
    text = (
        f":hourglass: {named} isn't resolved after {length(notice.after)}. "
        f"You're brought in as {escape(role_label(notice.role, policy))}."
    )
    return asking(text, f"{fixer} owns the fix. Ask what's in the way.")


def _told(notice: ToldNotice, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw it for the holder of a role."""
    level = escape(policy.level(notice.level).label)
    account = f"{escape(facts.account.name)} ({labels.where(facts)})"
    what = f"{account} is now {level}" if notice.is_upgrade else f"New {level}: {account}"
    fixer = person(facts.holder(FIX_OWNER) or facts.declared_by)
    text = f":bell: {what}. You're the {escape(role_label(notice.role, policy))}."
    return asking(text, f"{labels.summary(facts, 150)} · {fixer} owns the fix.")


def role_label(role: str, policy: Policy) -> str:
    """Return the name of a role: our own word for those that every policy has, else the policy's."""
    if role in ROLE_NAMES:
        return role_name(role)
    return next((slot.label for slot in policy.slots if slot.key == role), role_name(role))
