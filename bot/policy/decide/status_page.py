"""When an outage is watched on the status page (docs/policy.md#status-page)."""

from bot.policy.model.categories import StatusPage
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts


def watched(facts: EscalationFacts, policy: Policy) -> StatusPage | None:
    """Return the status page on which an escalation is watched: that of its category, until the impact has stopped."""
    if facts.category is None or not facts.is_live or facts.mitigated_at is not None:
        return None
    return policy.category(facts.category).status_page
