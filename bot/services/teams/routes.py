"""Ask teams by each route they have, and keep what became of it (docs/policy.md#team-answer).

The team's clock runs from the first route that worked. Where none works, a person is asked to write.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.database.change import Change
from bot.database.mail_threads import Addressed
from bot.database.outbox import NewEffect
from bot.database.people import is_slack_id
from bot.models.clocks import ClockKind
from bot.models.work import EffectKind
from bot.policy.model.categories import Team
from bot.policy.record.announcements.teams import MailNotSent
from bot.policy.record.escalation import RELATIONSHIP_OWNER
from bot.policy.record.mails import (
    ASKING,
    AskedMail,
    CalledMail,
    ChasedMail,
    CopiedMail,
    Envelope,
    LeadMail,
    MayLeaveMail,
    NotPostedMail,
    StoredMail,
    TeamMail,
)
from bot.policy.record.notices.teams import TeamsToWriteNotice
from bot.policy.record.team_messages import (
    AlertedMessage,
    AskedMessage,
    CalledMessage,
    ChasedMessage,
    CopiedMessage,
    LeadMessage,
    MayLeaveMessage,
    NotPostedMessage,
    ToTeamMessage,
    payload_of,
)
from bot.policy.record.team_routes import (
    TeamRoute,
    TeamRouteKind,
    TeamRouteState,
    asked_person,
    is_reached,
    needs_person,
    routes_of,
    unreached,
)
from bot.services.teams import team_rings

_Mail = type[AskedMail | ChasedMail | CopiedMail | CalledMail | LeadMail | MayLeaveMail | NotPostedMail]
_MAILS: Mapping[type[ToTeamMessage], _Mail] = {
    AskedMessage: AskedMail,
    ChasedMessage: ChasedMail,
    LeadMessage: LeadMail,
    CopiedMessage: CopiedMail,
    CalledMessage: CalledMail,
    MayLeaveMessage: MayLeaveMail,
    NotPostedMessage: NotPostedMail,
}
# What rings who is on call for a team, too.
_RINGS = (AskedMessage, ChasedMessage, CalledMessage)


@dataclass(frozen=True, slots=True)
class RouteResult:
    """The outcome of a route: reached, failed, or delayed, with the reason."""

    route: TeamRouteKind
    to: str
    state: TeamRouteState
    why: str | None = None


def ask(change: Change, team: str, message: type[AskedMessage | CopiedMessage]) -> None:
    """Ask a team by each route it has; if it has none, ask somebody to write to it."""
    found = change.policy.team(team)
    kept = [one for one in change.facts.team_routes if one.team != team]
    fresh = [TeamRoute(team, route, to, TeamRouteState.WAITING, change.tx.now) for route, to in _routes(change, found)]
    _store(change, [*kept, *fresh])
    tell(change, team, message)
    if not fresh:
        _ask_person(change, team)


def tell(change: Change, team: str, message: type[ToTeamMessage]) -> None:
    """Send a team a message by each route it has."""
    found = change.policy.team(team)
    for route, to in _routes(change, found):
        if route in (TeamRouteKind.CHANNEL, TeamRouteKind.ON_CALL):
            change.do(channel_effect(change, message(team=team, channel=to)), in_channel=True)
            if route is TeamRouteKind.ON_CALL and message in _RINGS:
                team_rings.ring(change, team, to, is_first=message is AskedMessage)
        else:
            copies = copies_of(change, team) if message is AskedMessage else ()
            change.mail(Addressed(mail=_MAILS[message](team=team), to=to, copies=copies))


def tell_lead(change: Change, team: str) -> str | None:
    """Ask a team's lead directly, or by mail who isn't in Slack. Return who was asked, None if nobody is known."""
    lead = lead_of(change, team)
    if lead is not None and any((one.route, one.to) == (TeamRouteKind.ON_CALL, lead) for one in _of(change, team)):
        return None  # they are asked as who is on call
    if lead is not None and is_slack_id(lead):
        change.do(channel_effect(change, LeadMessage(team=team, channel=lead)), in_channel=True)
        team_rings.ring(change, team, lead, is_first=False)
    elif lead is not None and change.service_settings.sends_mail and lead != change.policy.team(team).email:
        change.mail(Addressed(mail=LeadMail(team=team), to=lead))
    else:
        return None
    return lead


def _of(change: Change, team: str) -> tuple[TeamRoute, ...]:
    return routes_of(change.facts.team_routes, team)


def lead_of(change: Change, team: str) -> str | None:
    """Return a team's lead: the first whom the directory names for it, else the owner of the area it is on call for."""
    directory = change.people.directory
    area = directory.area(change.policy.team(team).on_call)
    named = directory.teams.get(team, ()) or ((area.owner,) if area is not None and area.owner else ())
    return change.people.resolved(change.tx, named[0]) if named else None


def mail_instead(change: Change, message: ToTeamMessage, address: str) -> None:
    """Mail a person what they should get directly, while Slack is down.

    Being asked by mail is then how the team is asked: its clock starts when that mail has gone out.
    """
    asked = (message.team, TeamRouteKind.ON_CALL, message.channel)
    routes = change.facts.team_routes
    by_mail = [
        replace(one, route=TeamRouteKind.MAIL, to=address)
        if (one.team, one.route, one.to) == asked and one.state is not TeamRouteState.REACHED
        else one
        for one in routes
    ]
    _store(change, by_mail)
    change.mail(Addressed(mail=_MAILS[type(message)](team=message.team), to=address))


def mail_only(change: Change, mail: TeamMail) -> None:
    """Mail a team that isn't asked for help, if it has an address and mail is sent."""
    to = change.policy.team(mail.team).email
    if to and change.service_settings.sends_mail:
        change.mail(Addressed(mail=mail, to=to))


def settled(change: Change, team: str, result: RouteResult) -> None:
    """Record what became of a route by which a team was asked.

    A first success starts the team's clock. If no route is left that may work in a moment, somebody is asked to write.
    """
    routes = list(change.facts.team_routes)
    known = [one for one in routes if (one.team, one.route, one.to) == (team, result.route, result.to)]
    if not known:
        return  # the team was asked anew meanwhile, or another team is asked
    was_reached = is_reached(routes, team)
    kept = [one for one in routes if one not in known]
    _store(change, [*kept, TeamRoute(team, result.route, result.to, result.state, change.tx.now, result.why)])
    if result.state is TeamRouteState.REACHED:
        change.record("team reached", after={"team": team, "route": result.route, "to": result.to})
        if not was_reached:
            start_clock(change, team)
    else:
        if known[0].state is not result.state:
            change.record("team not reached", after={"team": team, "route": result.route, "why": result.why})
        if needs_person(change.facts.team_routes, team) and asked_person(routes, team) is None:
            _ask_person(change, team)


def mail_failed(change: Change, mail: StoredMail, envelope: Envelope, why: str, *, is_over: bool) -> None:
    """Record that a mail was refused: for good if it `is_over`, else it is tried again.

    A question that wasn't asked is asked by another route; of other mails only the loss is announced.
    """
    is_asked = any(one.team == mail.team and one.to == envelope.to for one in change.facts.team_routes)
    if isinstance(mail, ASKING) and is_asked and not envelope.is_copy:
        state = TeamRouteState.FAILED if is_over else TeamRouteState.DELAYED
        settled(change, mail.team, RouteResult(TeamRouteKind.MAIL, envelope.to, state, why))
    elif is_over:
        change.announce(MailNotSent(to=envelope.recipient, why=why))


def written(change: Change, team: str, *, by: str) -> bool:
    """Record that somebody has written to a team; return False if it was reached before."""
    if is_reached(change.facts.team_routes, team):
        return False
    kept = [one for one in change.facts.team_routes if (one.team, one.route) != (team, TeamRouteKind.PERSON)]
    _store(change, [*kept, TeamRoute(team, TeamRouteKind.PERSON, by, TeamRouteState.REACHED, change.tx.now)])
    change.record("team written to", by=by, after={"team": team})
    start_clock(change, team)
    return True


def start_clock(change: Change, team: str) -> None:
    """Start the clock of the team that helps, once."""
    if team == change.row.team and not change.row.clock(ClockKind.TEAM).spans:
        change.start_clock(ClockKind.TEAM)


def may_be_informed(change: Change, team: str) -> bool:
    """Return True if a team may read of an escalation that asks nothing of it: of a confidential one only its own."""
    return not change.row.is_private or team == change.row.team


def copies_of(change: Change, team: str) -> tuple[str, ...]:
    """Return who gets a copy of what a team is asked: of an Enterprise customer the CSM, and the team that has CSMs.

    A confidential matter goes to nobody who may not see it: then the CSM alone.
    """
    facts, enterprise = change.facts, change.policy.patterns.enterprise
    if enterprise is None or facts.account.enterprise_mark is None:
        return ()
    owner = facts.holder(RELATIONSHIP_OWNER)
    found = [change.people.address(change.tx, owner)] if owner else []
    if enterprise.team and not facts.is_private and enterprise.team != team:
        found.append(change.policy.team(enterprise.team).email)
    return tuple(dict.fromkeys(address for address in found if address))


def channel_effect(change: Change, message: ToTeamMessage | AlertedMessage) -> NewEffect:
    """Return the effect that posts in the channel of a team."""
    return NewEffect(EffectKind.TEAM, payload_of(message), lane=channel_lane(change, message.channel))


def channel_lane(change: Change, channel: str) -> str:
    """Return the lane of one escalation's messages in a channel: if the channel is lost, no other's are held up."""
    return f"{change.row.key}:team-{channel}"[:120]


def is_mailed(change: Change, team: str) -> bool:
    """Return True if a team's messages go out as mails too."""
    return change.service_settings.sends_mail and bool(change.policy.team(team).email)


def _routes(change: Change, team: Team) -> list[tuple[TeamRouteKind, str]]:
    found: list[tuple[TeamRouteKind, str]] = [(TeamRouteKind.CHANNEL, team.slack)] if team.slack else []
    if team.email and is_mailed(change, team.key):
        found.append((TeamRouteKind.MAIL, team.email))
    person = _on_call(change, team) if change.policy.is_top(change.row.level) or not found else None
    if person is not None and is_slack_id(person):
        found.append((TeamRouteKind.ON_CALL, person))
    elif person is not None and change.service_settings.sends_mail and person != team.email:
        found.append((TeamRouteKind.MAIL, person))
    return [(route, to) for route, to in found if to]


def _on_call(change: Change, team: Team) -> str | None:
    """Return who is on call for a team now, else who leads it; None if nobody is known, or nobody is to be on call."""
    if team.on_call is None:
        return None
    roster = change.people.roster(change.tx, change.policy)
    duty = roster.on_call(team.on_call, change.tx.now, change.row.account.region)
    if duty is not None:
        return change.people.resolved(change.tx, duty.person)
    lead = lead_of(change, team.key)
    return change.present(lead) if lead is not None else None


def _ask_person(change: Change, team: str) -> None:
    """Ask the person who declared it to write to a team, together with the other teams they have to write to."""
    person = change.row.declared_by
    kept = [one for one in change.facts.team_routes if (one.team, one.route) != (team, TeamRouteKind.PERSON)]
    _store(change, [*kept, TeamRoute(team, TeamRouteKind.PERSON, person, TeamRouteState.WAITING, change.tx.now)])
    change.record("asked to write to a team", after={"team": team, "person": person})
    tell_person(change)


def tell_person(change: Change) -> None:
    """Notify the person who has to write of the teams; the message replaces the one before."""
    routes = change.facts.team_routes
    if teams := unreached(routes):
        person = asked_person(routes, teams[0]) or change.row.declared_by
        change.notify(TeamsToWriteNotice(teams=teams), person)


def forget(change: Change, team: str) -> None:
    """Forget how a team was asked that doesn't help any more."""
    _store(change, [one for one in change.facts.team_routes if one not in routes_of(change.facts.team_routes, team)])


def _store(change: Change, routes: list[TeamRoute]) -> None:
    change.row.team_routes = [
        {
            "team": one.team,
            "route": one.route.value,
            "to": one.to,
            "state": one.state.value,
            "at": one.at.isoformat(),
            "why": one.why,
        }
        for one in routes
    ]
