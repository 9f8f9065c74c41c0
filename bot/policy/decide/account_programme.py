"""The state of one account programme besides its record: the proposal and its answer, the consents, its issues.

The rules: docs/policy.md#s2, docs/policy.md#x16, docs/policy.md#x18, docs/policy.md#a-proposal.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.policy.decide.lifecycle import Move, Obstacle, Refusal, moves, refusals_by_guard
from bot.policy.model.facts import ACCOUNT, HealthState
from bot.policy.model.guards import Guard
from bot.policy.model.programmes import Consent, Kind
from bot.policy.model.rules import Policy
from bot.policy.record.action_items import ActionItemFacts
from bot.policy.record.escalation import EscalationFacts, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A consent, in people's words, or its waiver with a reason."""

    consent: Consent
    how: str
    waived: bool
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeIssue:
    """An open issue in the programme, as far as everybody may see it."""

    number: int
    level: str
    level_emoji: str
    summary: str
    status: Status
    channel_id: str | None
    is_acknowledged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The remediation plan: what will be done or where it is kept, its owner and its due date."""

    words: str
    owner: str
    due_on: date
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CriteriaAgreement:
    """The customer's agreement to the success criteria: who agreed and how, who noted it, when."""

    customer: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCause:
    """The cause that the plan answers, or who looks for it."""

    words: str | None = None
    looked_for_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAgreement:
    """The customer's agreement to the plan: who agreed and how, on which day, and who noted it."""

    customer: str
    on: date
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A programme. Confidential issues are only counted; `messages` are where the proposal's buttons are."""

    source: str
    criteria: tuple[str, ...]
    success_criteria: str
    plan: Plan | None
    answered_by: str | None
    reason: str | None
    messages: tuple[tuple[str, str], ...] = ()
    agreements: tuple[Agreement, ...] = ()
    issues: tuple[ProgrammeIssue, ...] = ()
    confidential: int = 0
    # None until the customer has agreed to the success criteria as they are now.
    agreed: CriteriaAgreement | None = None
    # Asked before the plan; None if nobody was asked.
    cause: PlanCause | None = None
    # None until the customer has agreed to the plan as it is now.
    plan_agreed: PlanAgreement | None = None
    # Whether the customer was told the plan, and in how many things it has changed since.
    is_plan_told: bool = False
    plan_changes: int = 0
    # The oldest due date first.
    items: tuple[ActionItemFacts, ...] = ()

    @property
    def open_issues(self) -> int:
        """The number of open issues, confidential ones included."""
        return len(self.issues) + self.confidential


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeMembership:
    """The programme an issue belongs to."""

    number: int
    channel_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRequest:
    """The proposed programme. Without a criterion it needs the judgement of somebody who may accept it."""

    source: str
    criteria: tuple[str, ...]
    success_criteria: str = ""
    health: HealthState | None = field(default=None)


def programme_kind(policy: Policy) -> Kind | None:
    """Return the policy's kind for account programmes, if it has one."""
    return next((kind for kind in policy.kinds if kind.key == ACCOUNT), None)


def missing_consents(facts: EscalationFacts, policy: Policy, agreed: Collection[Consent]) -> tuple[Consent, ...]:
    """Return the missing consents of the kind; the customer's is the confirmation on record, or its waiver."""
    given = set(agreed)
    if facts.confirmation is not None or facts.waiver is not None:
        given.add(Consent.CUSTOMER)
    return tuple(consent for consent in policy.kind(facts.kind).consents if consent not in given)


def refusals_to_answer(
    facts: EscalationFacts, answered_by: str | None, guard: Guard, identities: Collection[str]
) -> tuple[Refusal, ...]:
    """Return why somebody, by any of their identities, may not answer; `answered_by` is who answered before."""
    if facts.accepted is not None:
        done = Obstacle.ALREADY_ACCEPTED if facts.accepted else Obstacle.ALREADY_DECLINED
        return (Refusal(done, Move.ACCEPT, facts.status, answered_by),)
    return refusals_by_guard(facts, Move.ACCEPT, guard, identities)


def may_become_programme(facts: EscalationFacts, policy: Policy) -> bool:
    """Return True if an escalation isn't in a programme, and the policy says what one is."""
    return Move.CARRY_OVER in moves(facts) and facts.carried_to is None and programme_kind(policy) is not None
