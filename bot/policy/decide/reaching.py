"""The routes of a ring, in order (docs/paging.md#routes)."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.policy.model.directory import DirectoryPerson
from bot.policy.model.reaching import SLACK, RouteKind, in_order, kind_of
from bot.policy.record.escalation import RouteFacts, RouteState

# Nobody else is woken for a disturbance that is over by then.
PATIENCE: Final = timedelta(seconds=30)


def routes_now(
    person: DirectoryPerson | None, is_set_up: Collection[RouteKind], *, is_top: bool, now: datetime
) -> tuple[str, ...]:
    """Return the routes by which somebody is reached now, in order; Slack is always among them.

    Routes that the company hasn't set up are left out. In somebody's quiet hours those that may wake them are, except
    at level one (`is_top`).
    """
    listed = in_order(person.routes if person is not None else ())
    quiet = person.quiet_hours if person is not None else None
    rests = quiet is not None and not is_top and quiet.holds(now)
    kinds = {kind for kind in is_set_up if not (rests and kind.is_loud)} | {RouteKind.SLACK}
    return tuple(route for route in listed if kind_of(route) in kinds)


def first(routes: Sequence[str]) -> str | None:
    """Return the route that a ring takes beside Slack at once; None if Slack comes first."""
    return routes[0] if routes and routes[0] != SLACK else None


def following(route: str, routes: Sequence[str], tried: Collection[RouteFacts]) -> str | None:
    """Return the route that takes over when one has failed; None if none is left or Slack may still do it.

    `tried` are the routes of this ring. Slack goes beside the first route; what comes after it in the list waits until
    it has failed too.
    """
    states = {one.route: one.state for one in tried}
    after = routes[routes.index(route) + 1 :] if route in routes else routes
    for other in after:
        if other == SLACK and states.get(SLACK) is not RouteState.FAILED:
            return None
        if other not in states:
            return other
    return None


def all_failed(tried: Collection[RouteFacts], now: datetime) -> bool:
    """Return True if each route of a ring has failed: for good, or for as long as a short disturbance may last."""
    if not tried or any(one.state is not RouteState.FAILED for one in tried):
        return False
    return all(one.for_good for one in tried) or now - max(one.at for one in tried) >= PATIENCE
