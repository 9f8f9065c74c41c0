"""What has been checked of somebody's identity on one escalation, by whom, and who may approve it.

The gate stands before the action the customer asks for. Nothing here keeps an escalation from going on, and nobody's
standing opens the gate (POLICY.md X10, "Verification").
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.policy.decide.lifecycle import Move, Obstacle, Refusal, refusals_to_overrule
from bot.policy.model.guards import Guard
from bot.policy.model.rules import Policy
from bot.policy.model.verification import Tier, still_needed
from bot.policy.record.escalation import EscalationFacts


@dataclass(frozen=True, slots=True)
class Check:
    """Who checked or approved, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """How far an identity is proved. `checked` holds kinds of factors by key: there are no values anywhere."""

    tier: Tier
    checked: Mapping[str, Check]
    approval: Check | None = None

    @property
    def needed(self) -> tuple[str, ...]:
        """What is missing before the gated action may go ahead."""
        return still_needed(self.tier, self.checked, approved=self.approval is not None)

    @property
    def factors_needed(self) -> tuple[str, ...]:
        """What is missing of the factors alone."""
        return still_needed(self.tier, self.checked, approved=True)

    @property
    def waits_for_approval(self) -> bool:
        """Tell whether only a manager's approval is missing."""
        return bool(self.needed) and not self.factors_needed


def tier_of(policy: Policy, key: str) -> Tier:
    """Return a tier; raises KeyError."""
    return {tier.key: tier for tier in policy.verification.tiers}[key]


def stricter(policy: Policy, key: str | None) -> tuple[Tier, ...]:
    """Return the tiers that ask for more than one does, in the policy's order; every tier where none is asked for."""
    keys = [tier.key for tier in policy.verification.tiers]
    return policy.verification.tiers[keys.index(key) + 1 :] if key in keys else policy.verification.tiers


def refusals_to_approve(
    facts: EscalationFacts, proof: Proof, guard: Guard, identities: Collection[str]
) -> tuple[Refusal, ...]:
    """Return why somebody, by any of their identities, may not approve.

    It takes whoever the guard admits, the factors checked before, and a second pair of eyes: not whoever checked one.
    """
    found = list(refusals_to_overrule(facts, Move.APPROVE, guard, identities))
    if proof.approval is not None:
        found.append(Refusal(Obstacle.ALREADY_APPROVED, Move.APPROVE, facts.status, proof.approval.by))
    if proof.factors_needed:
        found.append(Refusal(Obstacle.NOT_CHECKED, Move.APPROVE, facts.status))
    if any(check.by in identities for check in proof.checked.values()):
        found.append(Refusal(Obstacle.OWN_CHECK, Move.APPROVE, facts.status))
    return tuple(found)
