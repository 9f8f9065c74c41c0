"""Messages to teams in their channels, and how to reach a team."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote as url_quote

from bot.policy.model.categories import Team
from bot.policy.model.rules import Policy
from bot.policy.record import sla
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit import ids, standing
from bot.views.kit.parts import actions, button, context, section
from bot.views.kit.text import escape, link, moment, person

Payload = Mapping[str, Any]


def reached(team: Team, facts: EscalationFacts) -> str:
    """Return a team with every way of reaching it; mail links have a subject."""
    ways = [escape(way) for way in (team.slack, team.phone) if way]
    if team.email:
        ways.append(link(f"mailto:{team.email}?subject={url_quote(_subject(facts))}", team.email))
    if team.portal:
        ways.append(link(team.portal, "portal"))
    said = f" ({', '.join(ways)})" if ways else ""
    return f"*{escape(team.name)}*{said}"


def draw(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw the message in a team's channel. For confidential escalations it only says that help is needed."""
    what, team = payload["what"], payload.get("team")
    if what == "taken":
        return _taken(payload, facts, policy)
    about = _about(facts, policy)
    name = escape(policy.team(team).name) if team else ""
    text = {
        "asked": f":wave: {name}, you are needed: {about}",
        "chased": f":wave: {name}, we have not heard from you yet: {about}",
        "copied": f":information_source: {name}, so that you know: {about}",
        "called": f":rotating_light: {name}, nobody has answered our pages, you are next on the ladder: {about}",
        "may leave": f":warning: {name}, this customer may leave: {about}",
        "alerted": f":information_source: So that you know: {about}",
    }[what]
    if what not in ("asked", "chased", "called") or (facts.is_private and team != facts.team):
        return Message(text, (section(text), context(_whom_to_ask(facts))))
    due_at = sla.due_at(facts.team_answer, policy.calendars)
    small = [f"Please answer by {moment(due_at, str(policy.zone))}."] if due_at and what == "asked" else []
    take = button("We are on it", ids.PRESS_TEAM, f"{facts.number}:{team}", style="primary")
    small.append(
        "Pressing it brings in whoever is named for the team; anybody else is told whom to ask."
        if facts.is_private
        else "Whoever presses it is brought into the channel."
    )
    return Message(text, (section(text), context(*small), actions(take)))


def _taken(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    text = f":white_check_mark: {person(payload['by'])} is on it: {_about(facts, policy)}"
    return Message(text, (section(text),))


def _about(facts: EscalationFacts, policy: Policy) -> str:
    level = policy.level(facts.level)
    title = f"{facts.key} · {level.emoji} {escape(level.label)}"
    if facts.category:
        title += f" · {escape(policy.category(facts.category).label)}"
    if facts.is_private:
        return f"{title}. It is confidential, so its channel says more."
    return f"{title} · *{escape(facts.account.name)}*: {standing.summary(facts, 200)} {standing.where(facts)}"


def _whom_to_ask(facts: EscalationFacts) -> str:
    return f"{person(facts.holder(FIX_OWNER) or facts.declared_by)} can say more."


def _subject(facts: EscalationFacts) -> str:
    return facts.key if facts.is_private else f"{facts.key} {facts.account.name}: {facts.summary}"
