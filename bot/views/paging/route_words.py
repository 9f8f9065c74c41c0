"""The names of routes and of their states."""

from typing import Final

from bot.policy.model.reaching import RouteKind, kind_of, target_of
from bot.policy.record.escalation import RouteFacts, RouteState
from bot.views.kit.text import escape

_NAMES: Final = {RouteKind.SLACK: "Slack", RouteKind.MAIL: "mail", RouteKind.PAGERDUTY: "PagerDuty"}

_LONGEST: Final = 40


def name(route: str) -> str:
    """Return what people call a route, escaped: `PagerDuty`, or the name that the company gave it."""
    try:
        kind = kind_of(route)
    except ValueError:
        return escape(route, _LONGEST)  # of a version that knew other routes
    return _NAMES.get(kind) or escape(target_of(route) or route, _LONGEST)


def fared(one: RouteFacts) -> str:
    """Return a route and how a ring fared by it, escaped."""
    match one.state:
        case RouteState.QUEUED:
            return f"{name(one.route)} (on its way)"
        case RouteState.SENT:
            return f"{name(one.route)} (sent)"
        case RouteState.ACKNOWLEDGED:
            return f"{name(one.route)} (acknowledged)"
        case RouteState.FAILED:
            return f"{name(one.route)} (failed)"
