"""The line of the card about what Enterprise customers get besides faster responses."""

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.views.kit.text import escape
from bot.views.teams import team_messages


def enterprise(facts: EscalationFacts, policy: Policy) -> str | None:
    """Return that this is an Enterprise customer, why, and what follows; None for others."""
    pattern, mark = policy.patterns.enterprise, facts.account.enterprise_mark
    if pattern is None or mark is None:
        return None
    steps = "; ".join(escape(step) for step in pattern.steps)
    what = f": {steps}" if steps else ""
    return (
        f":star: *Enterprise customer*, because {mark}{what}. {team_messages.reached(policy.team(pattern.team), facts)}"
    )
