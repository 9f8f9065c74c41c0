"""One account programme as it stands beside its record: the proposal and its answer, the consents, its issues (S2).

POLICY.md X16, X18 and "A proposal".
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.policy.decide.lifecycle import Move, Obstacle, Refusal, refusals_to_overrule
from bot.policy.model.facts import ACCOUNT, HealthState
from bot.policy.model.guards import Guard
from bot.policy.model.programmes import Consent, Kind
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A consent that is given, in people's words, or waived with a reason."""

    consent: Consent
    how: str
    waived: bool
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeIssue:
    """An open issue under the programme, as much of it as everybody may read."""

    number: int
    level: str
    level_emoji: str
    summary: str
    status: Status
    channel_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The remediation plan: what will be done, or where it is kept, with who answers for it and by when it is done."""

    words: str
    owner: str
    due_on: date
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A programme. Its confidential issues are only counted; `messages` are where the proposal's buttons are."""

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

    @property
    def open_issues(self) -> int:
        """How many issues are open, confidential ones included."""
        return len(self.issues) + self.confidential


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging:
    """The programme that an issue belongs to."""

    number: int
    channel_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRequest:
    """What is proposed. Without a criterion it takes the judgement of somebody who may accept it."""

    source: str
    criteria: tuple[str, ...]
    success_criteria: str = ""
    health: HealthState | None = field(default=None)


def programme_kind(policy: Policy) -> Kind | None:
    """Return what the policy says of account programmes, where it has them."""
    return next((kind for kind in policy.kinds if kind.key == ACCOUNT), None)


def still_to_agree(facts: EscalationFacts, policy: Policy, agreed: Collection[Consent]) -> tuple[Consent, ...]:
    """Return the consents of the kind that are missing; the customer's is the confirmation on record, or its waiver."""
    given = set(agreed)
    if facts.confirmation is not None or facts.waiver is not None:
        given.add(Consent.CUSTOMER)
    return tuple(consent for consent in policy.kind(facts.kind).consents if consent not in given)


def refusals_to_answer(
    facts: EscalationFacts, answered_by: str | None, guard: Guard, identities: Collection[str]
) -> tuple[Refusal, ...]:
    """Return why somebody, by any of their identities, may not accept or decline; `answered_by` is who did before."""
    if facts.accepted is not None:
        done = Obstacle.ALREADY_ACCEPTED if facts.accepted else Obstacle.ALREADY_DECLINED
        return (Refusal(done, Move.ACCEPT, facts.status, answered_by),)
    return refusals_to_overrule(facts, Move.ACCEPT, guard, identities)
