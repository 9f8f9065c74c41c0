"""Visibility: only its own people and those the policy lists see a confidential escalation."""

from collections.abc import Collection

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts


def may_see(facts: EscalationFacts, policy: Policy, identities: Collection[str]) -> bool:
    """Return True if somebody, by any of their identities, may see an escalation at all."""
    if not facts.is_private:
        return True
    holders = {role: holder.person for role, holder in facts.holders.items()}
    own = {facts.declared_by, *holders.values(), *(invitee.person for invitee in facts.invitees)}
    return not own.isdisjoint(identities) or policy.guards.see_confidential.admits(identities, holders)
