"""The issue summary (S2): who owes it and by when. The kind says whether there is one (docs/closing.md)."""

from datetime import datetime

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import MANAGER, RELATIONSHIP_OWNER, EscalationFacts


def summary_due_at(facts: EscalationFacts, policy: Policy) -> datetime | None:
    """Return when the summary is due; None if it isn't owed, or was sent."""
    term = policy.kind(facts.kind).summary_due
    if term is None or facts.closure is None or facts.withdrawal is not None or facts.issue_summary is not None:
        return None
    return policy.business.add(facts.closure.at, term)


def summary_owner(facts: EscalationFacts) -> str:
    """Return who owes it: the manager, else the customer owner, else the declarer."""
    return facts.holder(MANAGER) or facts.holder(RELATIONSHIP_OWNER) or facts.declared_by
