"""How teams were asked: on the card while something is wrong, and for the person who has to write to them."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote as url_quote

from bot.policy.decide.questionnaire import questionnaire
from bot.policy.model.categories import Team
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.mails import AskedMail, CopiedMail
from bot.policy.record.notices.teams import TeamsToWriteNotice
from bot.policy.record.team_routes import (
    TeamRoute,
    TeamRouteKind,
    TeamRouteState,
    asked_person,
    is_reached,
    routes_of,
    unreached,
)
from bot.ports.workspace import Block, Message
from bot.views.channel import places
from bot.views.kit import ids, labels
from bot.views.kit.closed_channels import why_closed
from bot.views.kit.parts import actions, button, section
from bot.views.kit.text import all_of, clip, escape, link, moment, person
from bot.views.mail import team_mails
from bot.views.mail.letter import Letter
from bot.views.teams import team_messages

_REASON: Final = 120
# In a link and in a message, so that neither is too long for Slack.
_IN_A_LINK: Final = 1200
_IN_A_MESSAGE: Final = 2500


def on_the_card(facts: EscalationFacts, policy: Policy) -> Iterator[str]:
    """Yield a line for each team that isn't reached, and for each route that doesn't work."""
    if not facts.is_live:
        return
    for team in dict.fromkeys(one.team for one in facts.team_routes):
        found, who = policy.team(team), asked_person(facts.team_routes, team)
        wrong = [one for one in routes_of(facts.team_routes, team) if one.state in _WRONG]
        said = [_failed(one, found) for one in wrong]
        if who is not None:
            said.append(f"{person(who)}: {_how(found, facts, policy)}.")
            yield f":envelope: *{escape(found.name)} doesn't know yet.* {' '.join(said)}"
        elif said:
            yield f":warning: {' '.join(said)} {_reached_otherwise(facts, team)}".rstrip()


def draw(notice: TeamsToWriteNotice, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw the message to the person who has to write: the words ready to copy, and a tick for each team."""
    waiting = [team for team in notice.teams if facts.is_live and team in unreached(facts.team_routes)]
    if not waiting:
        said = " ".join(settled(team, facts, policy) for team in notice.teams)
        text = said or f":white_check_mark: No one has to be written to about {facts.key}."
        return Message(text, (section(text),))
    names = all_of(escape(policy.team(team).name) for team in waiting)
    verb = "don't" if len(waiting) > 1 else "doesn't"
    text = (
        f":envelope: {names} {verb} know about {labels.named(facts, direct_to=facts.declared_by)} yet, and we can't "
        "reach them. Please write to them."
    )
    return Message(text, (section(text), *_blocks(waiting, facts, policy)))


def why(reason: str) -> str:
    """Return why a route didn't work, in words: Slack's codes are ours to word, a mail server's words are quoted."""
    return clip(why_closed(reason), _REASON)


_WRONG: Final = (TeamRouteState.FAILED, TeamRouteState.DELAYED)


def _blocks(waiting: list[str], facts: EscalationFacts, policy: Policy) -> Iterator[Block]:
    for team in waiting:
        found, letter = policy.team(team), _letter(team, facts, policy)
        words = escape(f"{letter.subject}\n\n{letter.text}", _IN_A_MESSAGE)
        yield section(f"*{escape(found.name)}*: {_how(found, facts, policy)}\n```{words}```")
        tick = button(f"I've written to {found.name}", ids.PRESS_TEAM_WRITTEN, f"{facts.number}:{team}")
        yield actions(tick, block_id=f"write-{team}")


def _letter(team: str, facts: EscalationFacts, policy: Policy) -> Letter:
    mail = AskedMail(team=team) if team == facts.team else CopiedMail(team=team)
    return team_mails.draw_ready(mail, facts, policy, questionnaire(policy, facts, {}))


def _how(team: Team, facts: EscalationFacts, policy: Policy) -> str:
    """Return what to do to reach a team: write, with the words in the link, call, or use its portal."""
    ways = []
    if team.email:
        letter = _letter(team.key, facts, policy)
        query = f"subject={url_quote(letter.subject)}&body={url_quote(clip(letter.text, _IN_A_LINK))}"
        ways.append(f"write to {link(f'mailto:{team.email}?{query}', team.email)}")
    if phone := team_messages.phone_of(team, facts):
        ways.append(f"call {escape(phone)}")
    if team.slack:
        ways.append(f"post in {escape(team.slack)}")
    if team.portal:
        ways.append(f"use {link(team.portal, 'their portal')}")
    return " or ".join(ways) or "find out how to reach them: the policy doesn't say"


def _failed(one: TeamRoute, team: Team) -> str:
    again = ", trying again" if one.state is TeamRouteState.DELAYED else ""
    what = _attempt(one, team)
    return f"Couldn't {what}: {why(one.why or '')}{again}."


def _attempt(one: TeamRoute, team: Team) -> str:
    match one.route:
        case TeamRouteKind.MAIL:
            return f"mail {escape(team.name)}"
        case TeamRouteKind.ON_CALL:
            return f"reach {person(one.to)}, who is on call for {escape(team.name)}"
        case _:
            return f"post in {places.named(one.to)}"


def _reached_otherwise(facts: EscalationFacts, team: str) -> str:
    reached = [one for one in routes_of(facts.team_routes, team) if one.state is TeamRouteState.REACHED]
    said = {
        TeamRouteKind.CHANNEL: "We asked in their channel.",
        TeamRouteKind.MAIL: "We mailed them.",
        TeamRouteKind.ON_CALL: "We asked who's on call for them.",
    }
    return next((said.get(one.route, f"{person(one.to)} wrote to them.") for one in reached), "")


def settled(team: str, facts: EscalationFacts, policy: Policy) -> str:
    """Return how a team came to know, or that nobody has to write to it any more."""
    name = escape(policy.team(team).name)
    reached = [one for one in routes_of(facts.team_routes, team) if one.state is TeamRouteState.REACHED]
    if not is_reached(facts.team_routes, team):
        return f":heavy_minus_sign: {name} isn't needed any more."
    one = reached[-1]
    when = moment(one.at, str(policy.zone))
    how = f"{person(one.to)} wrote to them" if one.route is TeamRouteKind.PERSON else "I reached them"
    return f":white_check_mark: {name} knows about {facts.key}: {how} {when}."
