"""Messages about patterns by name: in the channel, and to one person."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
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
NOTICES: Mapping[str, Callable[[Mapping[str, Any], EscalationFacts, Policy, str | None], Message]] = {
    "churn risk": churn_risk.directly,
    "case review": case_review.directly,
    "case review due": case_review.due,
    "case review left": case_review.left,
    "same cause again": causes.directly,
    "incident over": incident_messages.over_directly,
}
