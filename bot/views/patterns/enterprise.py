"""The line of the card about what Enterprise customers get besides faster responses."""

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.views.kit.text import escape
from bot.views.teams import team_messages


def lines(facts: EscalationFacts, policy: Policy) -> tuple[str, ...]:
    """Return that this is an Enterprise customer and why, in a few words, and what follows; none for others."""
    pattern, mark = policy.patterns.enterprise, facts.account.enterprise_mark
    if pattern is None or mark is None:
        return ()
    steps = "; ".join(escape(step) for step in pattern.steps)
    team = team_messages.reached(policy.team(pattern.team), facts)
    return (
        f":star: *Enterprise customer*, because {mark}.",
        f"*Enterprise customers:* {f'{steps}. ' if steps else ''}{team}",
    )
