"""Rings outside Slack for who is on call for a team, at the heaviest level (docs/policy.md#team-answer).

A direct message wakes nobody. The question also goes by the first of the person's routes, as a page does, each reminder
by all of them. PagerDuty keeps an alarm open for a team until it has answered.
"""

from typing import Final

from sqlalchemy import select

from bot.database.change import Change
from bot.database.outbox import NewEffect
from bot.models.work import Effect, EffectKind, EffectState
from bot.policy.decide import reaching
from bot.policy.model.reaching import SLACK, RouteKind, kind_of

# More than anybody lists.
_ALL: Final = 100


def ring(change: Change, team: str, person: str, *, is_first: bool) -> None:
    """Ring somebody for a team; do nothing below the heaviest level, or if they list no route beyond Slack."""
    if change.policy.is_top(change.row.level):
        for route in reaching.at_once(_routes(change, person), 1 if is_first else _ALL):
            _by_route(change, team, person, route)


def go_on(change: Change, team: str, person: str, route: str) -> None:
    """Ring by the route that follows one that has failed, if there is one beyond Slack."""
    routes = [one for one in _routes(change, person) if one != SLACK]
    after = routes[routes.index(route) + 1 :] if route in routes else routes
    for following in after[:1]:
        _by_route(change, team, person, following)


def end(change: Change, team: str) -> None:
    """End a team's alarm in PagerDuty: it has answered, or isn't needed any more.

    It is resolved: if it were only acknowledged, it would ring again there.
    """
    for route in sorted({payload["route"] for payload in _rung(change, team)}):
        if kind_of(route) is RouteKind.PAGERDUTY:
            payload = {"team": team, "route": route}
            change.do(NewEffect(EffectKind.END_TEAM_RING, payload, lane=_lane(change, team, route)))


def person_rung(change: Change, team: str) -> str | None:
    """Return who was last rung for a team."""
    people = [payload["person"] for payload in _rung(change, team)]
    return people[-1] if people else None


def _rung(change: Change, team: str) -> list[dict[str, str]]:
    """Return what was sent, or is on its way, oldest first."""
    mine = (Effect.escalation_id == change.row.id, Effect.kind == EffectKind.TEAM_RING)
    sent = select(Effect.payload).where(*mine, Effect.state != EffectState.DROPPED).order_by(Effect.id)
    return [dict(payload) for payload in change.tx.session.scalars(sent) if payload.get("team") == team]


def _routes(change: Change, person: str) -> tuple[str, ...]:
    entry = change.people.entry(change.tx, person)
    return reaching.routes_now(entry, change.service_settings.routes, is_top=True, now=change.tx.now)


def _by_route(change: Change, team: str, person: str, route: str) -> None:
    payload = {"team": team, "person": person, "route": route}
    change.do(NewEffect(EffectKind.TEAM_RING, payload, lane=_lane(change, team, route)))


def _lane(change: Change, team: str, route: str) -> str:
    return f"{change.row.key}:ring-{team}:{route}"[:120]
