"""Messages about patterns: in the channel, and to one person."""

from bot.policy.model.rules import Policy
from bot.policy.record.announcements.patterns import (
    CaseReviewFinished,
    ChurnRiskOver,
    ChurnRiskSeen,
    PatternAnnouncement,
)
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.notices.patterns import (
    CaseReviewNotice,
    ChurnRiskNotice,
    PatternNotice,
    RecurringNotice,
    SameCauseNotice,
)
from bot.ports.workspace import Message
from bot.views.patterns import case_review, causes, churn_risk


def draw_announcement(told: PatternAnnouncement, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw a channel message about a pattern."""
    match told:
        case ChurnRiskSeen():
            return churn_risk.marked(told, facts, policy)
        case ChurnRiskOver():
            return churn_risk.lifted(told, facts, policy)
        case CaseReviewFinished():
            return case_review.finished(told, facts, policy)
        case SameCauseNotice() | RecurringNotice():
            return causes.again(told, facts, policy)


def draw_notice(notice: PatternNotice, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw a direct message about a pattern."""
    match notice:
        case ChurnRiskNotice():
            return churn_risk.directly(notice, facts)
        case CaseReviewNotice():
            return case_review.directly(notice, facts, policy)
        case SameCauseNotice() | RecurringNotice():
            return causes.directly(notice, facts, policy)
