"""A team should have answered by now: what the channel reads, and the fix owner directly."""

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.team_due import TeamDueNotice
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts
from bot.policy.record.sla import stopped_at
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import asking, button, text_message
from bot.views.kit.text import escape, person
from bot.views.teams import team_messages


def draw(notice: TeamDueNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the channel, or for the person it is sent to directly."""
    named = labels.named(facts, direct_to=direct_to)
    helpers = policy.team(notice.team)
    if stopped_at(facts.team_answer) is not None or not facts.is_live:
        how = "responded about" if facts.is_live else "isn't needed any more for"
        return text_message(f":busts_in_silhouette: {escape(helpers.name)} {how} {named}.")
    owner = "" if direct_to else f"{person(facts.holder(FIX_OWNER) or facts.declared_by)}, "
    text = f":busts_in_silhouette: {owner}{escape(helpers.name)} hasn't responded about {named}."
    then = f"Reach them: {team_messages.reached(helpers, facts)}. Note here when they respond."
    return asking(text, then, button("They responded", ids.PRESS_TEAM, f"{facts.number}:{helpers.key}"))
