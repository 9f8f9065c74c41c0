"""The contract of an end: what must hold before it is resolved or closed, and whether it does (docs/policy.md#x15)."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from bot.policy.decide.lifecycle import cause_is_required, review_is_required
from bot.policy.model.programmes import Consent
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts


class Term(StrEnum):
    """A thing that must hold."""

    CONFIRMATION = "confirmation"
    REVIEW = "review"
    FOLLOW_UP = "follow-up"
    FINISHED_REVIEW = "finished review"
    CAUSE = "cause"
    STAKEHOLDERS = "stakeholders"
    SUCCESS_CRITERIA = "success criteria"
    ACTION_ITEMS = "action items"


@dataclass(frozen=True, slots=True)
class TermState:
    """A term, and whether it holds by what is on record."""

    term: Term
    holds: bool


def to_resolve(facts: EscalationFacts, policy: Policy) -> tuple[TermState, ...]:
    """Return what must hold before it is resolved. A waiver holds as a confirmation does."""
    found = []
    if Consent.CUSTOMER in policy.kind(facts.kind).consents:
        found.append(TermState(Term.CONFIRMATION, facts.confirmation is not None or facts.waiver is not None))
    if review_is_required(facts, policy):
        found.append(TermState(Term.FOLLOW_UP, bool(facts.review.standing)))
    return tuple(found)


def to_close(facts: EscalationFacts, policy: Policy, agreed: Collection[Consent] = ()) -> tuple[TermState, ...]:
    """Return what must hold before it is closed, with what its resolution took.

    `agreed` are the consents besides the customer's that are given or waived.
    """
    found = [*to_resolve(facts, policy)]
    if review_is_required(facts, policy):
        found.append(TermState(Term.REVIEW, facts.review.exists))
        found.append(TermState(Term.FINISHED_REVIEW, facts.review.finished_on is not None))
    if cause_is_required(facts, policy):
        found.append(TermState(Term.CAUSE, facts.cause is not None))
    for consent, term in (
        (Consent.STAKEHOLDERS, Term.STAKEHOLDERS),
        (Consent.SUCCESS_CRITERIA, Term.SUCCESS_CRITERIA),
    ):
        if consent in policy.kind(facts.kind).consents:
            found.append(TermState(term, consent in agreed))
    if facts.open_items:
        found.append(TermState(Term.ACTION_ITEMS, holds=False))
    return tuple(found)
