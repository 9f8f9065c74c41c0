"""The routes of a ring, in order (docs/paging.md#routes)."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.policy.model.directory import DirectoryPerson
from bot.policy.model.reaching import MAIL, SLACK, RouteKind, in_order, kind_of
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


def at_once(routes: Sequence[str], ring: int) -> tuple[str, ...]:
    """Return the routes by which a ring goes at once, beside Slack.

    The first ring (`ring` is 1) takes the first route; each further one adds the next, because its person is silent.
    """
    others = tuple(route for route in routes if route != SLACK)
    return others[: ring - 1 if routes[:1] == (SLACK,) else ring]


def arrived_by_mail(tried: Collection[RouteFacts]) -> Collection[RouteFacts]:
    """Return the mails of a page that have arrived: they stay where they are, so no repeat of the page is mailed."""
    return [one for one in tried if one.route == MAIL and one.state is RouteState.SENT]


def following(route: str, routes: Sequence[str], tried: Collection[RouteFacts]) -> str | None:
    """Return the route that takes over when one has failed; None if none is left or Slack may still do it.

    `tried` are the routes of this ring. Slack goes beside the first route; what comes after it in the list waits until
    it has failed too. A later route that this ring has taken already, and that hasn't failed, has taken over.
    """
    states = {one.route: one.state for one in tried}
    after = routes[routes.index(route) + 1 :] if route in routes else routes
    for other in after:
        state = states.get(other)
        if state is None and other != SLACK:
            return other
        if state is not RouteState.FAILED:
            return None
    return None


def all_failed(tried: Collection[RouteFacts], now: datetime) -> bool:
    """Return True if each route of a ring has failed: for good, or for as long as a short disturbance may last."""
    if not tried or any(one.state is not RouteState.FAILED for one in tried):
        return False
    return all(one.for_good for one in tried) or now - max(one.at for one in tried) >= PATIENCE
