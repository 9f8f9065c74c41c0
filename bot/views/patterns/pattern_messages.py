"""Messages about patterns by name: in the channel, and to one person."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.notices import (
    CaseReviewDueNotice,
    CaseReviewLeftNotice,
    CaseReviewNotice,
    ChurnRiskNotice,
    IncidentOverNotice,
    PatternNotice,
    SameCauseNotice,
)
from bot.ports.workspace import Message
from bot.views.incidents import incident_messages
from bot.views.patterns import case_review, causes, churn_risk

ANNOUNCEMENTS: Mapping[str, Callable[[Mapping[str, Any], EscalationFacts, Policy], Message]] = {
    "churn risk": churn_risk.marked,
    "churn risk over": churn_risk.lifted,
    "case review finished": case_review.finished,
    "same cause again": causes.again,
    "incident joined": incident_messages.joined,
    "incident lasts": incident_messages.lasts,
    "incident likely": incident_messages.likely,
    "incident over": incident_messages.over,
}


def draw_notice(notice: PatternNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw what somebody is told directly about a pattern."""
    match notice:
        case ChurnRiskNotice():
            return churn_risk.directly(notice, facts)
        case CaseReviewNotice():
            return case_review.directly(notice, facts, policy)
        case CaseReviewDueNotice():
            return case_review.due(notice, facts, policy, direct_to)
        case CaseReviewLeftNotice():
            return case_review.left(notice, facts, policy)
        case SameCauseNotice():
            return causes.directly(notice, facts, policy)
        case IncidentOverNotice():
            return incident_messages.over_directly(notice, facts)
