"""The identity checks of one escalation: what was checked, by whom, and who may approve it.

The check gates the action the customer asks for, never the escalation. No customer is exempt (docs/policy.md#x10,
docs/policy.md#verification).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.errors import UnknownWord
from bot.policy.decide.lifecycle import Move, Obstacle, Refusal, refusals_by_guard
from bot.policy.model.guards import Guard
from bot.policy.model.rules import Policy
from bot.policy.model.verification import Tier, still_needed
from bot.policy.record.escalation import EscalationFacts


@dataclass(frozen=True, slots=True)
class Check:
    """A person who checked or approved, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """The state of an identity check. `checked` holds kinds of factors by key: values are never stored."""

    tier: Tier
    checked: Mapping[str, Check]
    approval: Check | None = None

    @property
    def needed(self) -> tuple[str, ...]:
        """The checks and approval missing before the gated action is allowed."""
        return still_needed(self.tier, self.checked, approved=self.approval is not None)

    @property
    def factors_needed(self) -> tuple[str, ...]:
        """The missing factors alone."""
        return still_needed(self.tier, self.checked, approved=True)

    @property
    def waits_for_approval(self) -> bool:
        """Return True if only a manager's approval is missing."""
        return bool(self.needed) and not self.factors_needed


def tier_of(policy: Policy, key: str) -> Tier:
    """Return a tier. Raises UnknownWord."""
    found = next((tier for tier in policy.verification.tiers if tier.key == key), None)
    if found is None:
        raise UnknownWord("tier of verification")
    return found


def stricter(policy: Policy, key: str | None) -> tuple[Tier, ...]:
    """Return the tiers stricter than one, in the policy's order; all if none is required."""
    keys = [tier.key for tier in policy.verification.tiers]
    return policy.verification.tiers[keys.index(key) + 1 :] if key in keys else policy.verification.tiers


def refusals_to_approve(
    facts: EscalationFacts, proof: Proof, guard: Guard, identities: Collection[str]
) -> tuple[Refusal, ...]:
    """Return why somebody, by any of their identities, may not approve.

    Approval needs a person the guard admits, all factors checked before, and a second person: not one who checked a
    factor.
    """
    found = list(refusals_by_guard(facts, Move.APPROVE, guard, identities))
    if proof.approval is not None:
        found.append(Refusal(Obstacle.ALREADY_APPROVED, Move.APPROVE, facts.status, proof.approval.by))
    if proof.factors_needed:
        found.append(Refusal(Obstacle.NOT_CHECKED, Move.APPROVE, facts.status))
    if any(check.by in identities for check in proof.checked.values()):
        found.append(Refusal(Obstacle.OWN_CHECK, Move.APPROVE, facts.status))
    return tuple(found)
