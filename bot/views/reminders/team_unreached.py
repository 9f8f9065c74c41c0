"""Nobody has written to a team that the bot can't reach: what the channel reads, and the fix owner directly."""

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.team_unreached import TeamUnreachedNotice
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.team_routes import asked_person, unreached
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import asking, button, text_message
from bot.views.kit.text import escape, person
from bot.views.teams import team_messages, team_routes


def draw(notice: TeamUnreachedNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the channel, or for the person it is sent to directly."""
    if notice.team not in unreached(facts.team_routes) or not facts.is_live:
        return text_message(team_routes.settled(notice.team, facts, policy))
    team = policy.team(notice.team)
    who = asked_person(facts.team_routes, notice.team) or facts.declared_by
    named = labels.named(facts, direct_to=direct_to)
    text = f":envelope: {escape(team.name)} still doesn't know about {named}. We asked {person(who)} to write to them."
    then = f"Reach them: {team_messages.reached(team, facts)}. Then note it here."
    return asking(text, then, button("I've written to them", ids.PRESS_TEAM_WRITTEN, f"{facts.number}:{notice.team}"))
