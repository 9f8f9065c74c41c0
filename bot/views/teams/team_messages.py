"""Messages to teams in their channels, and how to reach a team."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import quote as url_quote

from bot.policy.decide.handling import answer_due
from bot.policy.model.categories import Team
from bot.policy.model.rules import Policy
from bot.policy.record import sla
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts, Status
from bot.policy.record.team_messages import (
    AlertedMessage,
    AskedMessage,
    CalledMessage,
    ChasedMessage,
    CopiedMessage,
    LeadMessage,
    MayLeaveMessage,
    NotPostedMessage,
    QuestionMessage,
    RemovedMessage,
    SettledMessage,
    TakenMessage,
    TeamMessage,
    ToTeamMessage,
)
from bot.ports.workspace import Message
from bot.views.kit import ids, labels, outstanding
from bot.views.kit.parts import actions, button, context, section
from bot.views.kit.text import escape, link, moment, person

# The reply to a press on a question that is answered already.
ALREADY = "This team already responded."
# The reply to a tick for a team that was reached meanwhile.
KNOWS = "This team already knows."


def phone_of(team: Team, facts: EscalationFacts) -> str | None:
    """Return a team's phone, if it has one for this customer."""
    is_shown = team.phone_for == "everyone" or facts.account.enterprise_mark is not None
    return team.phone if is_shown else None


def reached(team: Team, facts: EscalationFacts) -> str:
    """Return a team with every way of reaching it; mail links have a subject."""
    ways = [escape(way) for way in (team.slack, phone_of(team, facts)) if way]
    if team.email:
        ways.append(link(f"mailto:{team.email}?subject={url_quote(_subject(facts))}", team.email))
    if team.portal:
        ways.append(link(team.portal, "portal"))
    said = f" ({', '.join(ways)})" if ways else ""
    return f"*{escape(team.name)}*{said}"


def draw(message: TeamMessage, facts: EscalationFacts, policy: Policy, now: datetime | None = None) -> Message:
    """Draw the message in a team's channel, as of `now` when it is first posted.

    For confidential escalations it only says that help is needed.
    """
    text = _words(message, facts, policy)
    if isinstance(message, TakenMessage) or (isinstance(message, SettledMessage) and _is_over(facts)):
        return Message(text, (section(text),))
    if not isinstance(message, QuestionMessage | CalledMessage | SettledMessage) or (
        facts.is_private and message.team != facts.team
    ):
        return Message(text, (section(text), context(_whom_to_ask(facts))))
    due_at = _due(facts, policy, now) if isinstance(message, AskedMessage | SettledMessage) else None
    small = [f"Please respond by {moment(due_at, str(policy.zone))}."] if due_at else []
    take = button("We're on it", ids.PRESS_TEAM, f"{facts.number}:{message.team}", style="primary")
    small.append(
        "We add you if you're on the team. If not, we say who to ask."
        if facts.is_private
        else "We add you to the channel."
    )
    return Message(text, (section(text), context(*small), actions(take)))


def _due(facts: EscalationFacts, policy: Policy, now: datetime | None) -> datetime | None:
    return answer_due(policy, facts, now) if now is not None else sla.due_at(facts.team_answer, policy.calendars)


_TO_TEAMS: Final[Mapping[type[ToTeamMessage | SettledMessage | RemovedMessage], str]] = {
    AskedMessage: ":wave: {team}, we need you",
    SettledMessage: ":wave: {team}, we need you",
    ChasedMessage: ":wave: {team}, we haven't heard from you yet",
    RemovedMessage: ":wave: {team}, we haven't heard from you yet",
    LeadMessage: ":hourglass: {team} hasn't responded, and you lead them. Can you take this",
    CopiedMessage: ":information_source: {team}, FYI",
    CalledMessage: ":rotating_light: {team}, no one responded to our pages, so you're next",
    MayLeaveMessage: ":warning: {team}, this customer may leave",
    NotPostedMessage: ":satellite_antenna: {team}, this isn't on the status page. Please post it",
}


def _words(message: TeamMessage, facts: EscalationFacts, policy: Policy) -> str:
    about = _about(facts, policy)
    match message:
        case SettledMessage(team=team) if _is_over(facts):
            return f":white_check_mark: {_name(team, policy)}, you're no longer needed: {about}"
        case AlertedMessage():
            return f":information_source: FYI: {about}"
        case TakenMessage(team=team, by=by, noted=True):
            return f":white_check_mark: {_name(team, policy)} responded (noted by {person(by)}): {about}"
        case CalledMessage(team=team) if (late := outstanding.short(facts)) is not None:
            return f":rotating_light: {_name(team, policy)}, this is acknowledged, but {late}. You're next: {about}"
        case TakenMessage(by=by):
            return f":white_check_mark: {person(by)} is on it: {about}"
        case _:
            return f"{_TO_TEAMS[type(message)].format(team=_name(message.team, policy))}: {about}"


def _is_over(facts: EscalationFacts) -> bool:
    return facts.status in (Status.RESOLVED, Status.CLOSED)


def _name(team: str, policy: Policy) -> str:
    return escape(policy.team(team).name)


def _about(facts: EscalationFacts, policy: Policy) -> str:
    level = policy.level(facts.level)
    title = f"{facts.key} · {level.emoji} {escape(level.label)}"
    if facts.category:
        title += f" · {escape(policy.category(facts.category).label)}"
    if facts.is_private:
        return f"{title}. Confidential: details are in its channel."
    return f"{title} · *{escape(facts.account.name)}*: {labels.summary(facts, 200)} {labels.where(facts)}"


def _whom_to_ask(facts: EscalationFacts) -> str:
    return f"{person(facts.holder(FIX_OWNER) or facts.declared_by)} can say more."


def _subject(facts: EscalationFacts) -> str:
    return facts.key if facts.is_private else f"{facts.key} {facts.account.name}: {facts.summary}"
