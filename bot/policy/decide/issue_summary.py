"""The issue summary (S2): who owes it and by when, as the kind or the level says (docs/closing.md)."""

from datetime import datetime

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import MANAGER, RELATIONSHIP_OWNER, EscalationFacts


def summary_due_at(facts: EscalationFacts, policy: Policy) -> datetime | None:
    """Return when the summary is due; None if it isn't owed, or was sent."""
    if facts.closure is None or facts.withdrawal is not None or facts.issue_summary is not None:
        return None
    term = policy.kind(facts.kind).summary_due or policy.level(facts.level).summary_due
    return policy.business.add(facts.closure.at, term) if term is not None else None


def summary_owner(facts: EscalationFacts) -> str:
    """Return who owes it: the customer owner of an issue, the manager of a programme, else the other."""
    owner, manager = facts.holder(RELATIONSHIP_OWNER), facts.holder(MANAGER)
    first, second = (manager, owner) if facts.is_programme else (owner, manager)
    return first or second or facts.declared_by
