"""Roles that people may hand over: every slot of the policy, but for those that carry rights.

A role that a guard names (the manager's) is handed over only by who may set another level, so that nobody gives
themselves rights. The two owners are anybody's to hand over.
"""

from collections.abc import Collection

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER, EscalationFacts


def assignable(facts: EscalationFacts, policy: Policy, identities: Collection[str]) -> tuple[str, ...]:
    """Return the roles that somebody, by their identities, may hand over or take, in the order of the policy."""
    guards = policy.guards
    named = (guards.override, guards.waive, guards.accept, guards.approve, guards.see_confidential)
    guarded = {slot for guard in named for slot in guard.slots} - {FIX_OWNER, RELATIONSHIP_OWNER}
    holders = {role: holder.person for role, holder in facts.holders.items()}
    may_all = guards.override.admits(identities, holders)
    slots = [FIX_OWNER, RELATIONSHIP_OWNER, *(slot.key for slot in policy.slots)]
    return tuple(role for role in dict.fromkeys(slots) if may_all or role not in guarded)
