"""The routes by which teams were asked: channel, mail, who is on call, or a person who writes to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TeamRouteKind(StrEnum):
    """A way of asking a team."""

    CHANNEL = "channel"
    MAIL = "mail"
    ON_CALL = "on call"  # the person on call for the team, directly
    PERSON = "person"  # there is no other way, so somebody writes or calls


class TeamRouteState(StrEnum):
    """The outcome of asking a team by a route."""

    WAITING = "waiting"
    REACHED = "reached"
    DELAYED = "delayed"  # refused for now, and tried again
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class TeamRoute:
    """A team that was asked by a route. `to` is the channel, the address or the person.

    `at` is when the state arose, and `why` the reason of a failure, in a few words for people.
    """

    team: str
    route: TeamRouteKind
    to: str
    state: TeamRouteState
    at: datetime
    why: str | None = None


def routes_of(routes: Iterable[TeamRoute], team: str) -> tuple[TeamRoute, ...]:
    """Return the routes of one team."""
    return tuple(one for one in routes if one.team == team)


def is_reached(routes: Iterable[TeamRoute], team: str) -> bool:
    """Return True if a team has been asked by some route."""
    return any(one.state is TeamRouteState.REACHED for one in routes_of(routes, team))


def needs_person(routes: Iterable[TeamRoute], team: str) -> bool:
    """Return True if no route has worked, and none may work in a moment."""
    own = [one for one in routes_of(routes, team) if one.route is not TeamRouteKind.PERSON]
    return not any(one.state in (TeamRouteState.REACHED, TeamRouteState.WAITING) for one in own)


def asked_person(routes: Iterable[TeamRoute], team: str) -> str | None:
    """Return who was asked to write to a team and hasn't said yet that they have; None if nobody has to."""
    mine = routes_of(routes, team)
    if is_reached(mine, team):
        return None
    return next(
        (one.to for one in mine if one.route is TeamRouteKind.PERSON and one.state is TeamRouteState.WAITING), None
    )


def unreached(routes: Iterable[TeamRoute]) -> tuple[str, ...]:
    """Return the teams that somebody has to write to, in the order in which they were asked."""
    found = tuple(routes)
    return tuple(team for team in dict.fromkeys(one.team for one in found) if asked_person(found, team) is not None)
