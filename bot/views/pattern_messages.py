"""What is said about patterns, by name: in the channel, and to one person."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views import pattern_case_review, pattern_causes, pattern_churn_risk
from bot.views.incidents import incident_messages

ANNOUNCEMENTS: Mapping[str, Callable[[Mapping[str, Any], EscalationFacts, Policy], Message]] = {
    "churn risk": pattern_churn_risk.marked,
    "churn risk over": pattern_churn_risk.lifted,
    "case review finished": pattern_case_review.finished,
    "same cause again": pattern_causes.again,
    "incident joined": incident_messages.joined,
    "incident lasts": incident_messages.lasts,
    "incident likely": incident_messages.likely,
    "incident over": incident_messages.over,
}
NOTICES: Mapping[str, Callable[[Mapping[str, Any], EscalationFacts, Policy, str | None], Message]] = {
    "churn risk": pattern_churn_risk.directly,
    "case review": pattern_case_review.directly,
    "case review due": pattern_case_review.due,
    "case review left": pattern_case_review.left,
    "same cause again": pattern_causes.directly,
    "incident over": incident_messages.over_directly,
}
