"""How a person is reached: routes in order, and the hours in which only quiet ones are used (docs/paging.md#routes)."""

import re
from collections.abc import Sequence
from datetime import datetime, time
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints, field_validator

from bot.policy.schema import Mistake, Part
from bot.policy.time.zones import ZoneName, zone_info

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,29}")
_RIGHT: Final = "write slack, mail, pagerduty, pagerduty:NAME, or apprise:NAME with a name of ESCALATE_APPRISE_URLS"
_LONGEST: Final = 80


class RouteKind(StrEnum):
    """The kinds of routes."""

    SLACK = "slack"
    MAIL = "mail"
    PAGERDUTY = "pagerduty"
    APPRISE = "apprise"

    @property
    def is_loud(self) -> bool:
        """Return True if it may wake somebody."""
        return self in {RouteKind.PAGERDUTY, RouteKind.APPRISE}


SLACK: Final = RouteKind.SLACK.value
MAIL: Final = RouteKind.MAIL.value
# The routes of somebody who lists none: mail only if Slack fails.
USUAL: Final = (SLACK, MAIL)


def kind_of(route: str) -> RouteKind:
    """Return the kind of a route. Raises ValueError."""
    return RouteKind(route.partition(":")[0])


def target_of(route: str) -> str | None:
    """Return the name after a route's kind, if it has one."""
    return route.partition(":")[2] or None


def _route(text: str) -> str:
    kind, colon, name = text.partition(":")
    if kind not in [*RouteKind] or len(text) > _LONGEST:
        raise Mistake(f"{text!r} is no route", _RIGHT)
    named = {RouteKind.PAGERDUTY, RouteKind.APPRISE}
    if "://" in text:
        # It would be a secret in a file that many read, and be drawn where many see it.
        raise Mistake(f"{kind}:… holds an address", "give the address a name in ESCALATE_APPRISE_URLS, and write that")
    is_bare = not colon and kind != RouteKind.APPRISE
    if not is_bare and not (kind in named and _NAME.fullmatch(name)):
        raise Mistake(f"{text!r} is no route", _RIGHT)
    return text


Route = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True), AfterValidator(_route)]


class QuietHours(Part):
    """From one time of day to another, over midnight if the second is earlier, in `zone`.

    Routes that may wake somebody aren't used then, except at level one.
    """

    start: Annotated[time, Field(alias="from")]
    end: Annotated[time, Field(alias="to")]
    zone: ZoneName = "UTC"

    @field_validator("start", "end")
    @classmethod
    def _on_the_clock(cls, value: time) -> time:
        if value.tzinfo is not None:
            raise Mistake(f"{value} carries a zone", "write the wall time, and its zone under `zone`")
        return value

    def holds(self, at: datetime) -> bool:
        """Return True if a moment is within them. Equal times mean the whole day."""
        local = at.astimezone(zone_info(self.zone)).time().replace(tzinfo=None)
        if self.start < self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end


class Reachable(Part):
    """Somebody who can be reached: their routes in order (none: Slack, then mail), and their quiet hours."""

    routes: tuple[Route, ...] = ()
    quiet_hours: QuietHours | None = None

    @field_validator("routes")
    @classmethod
    def _once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value))


def in_order(listed: Sequence[str]) -> tuple[str, ...]:
    """Return somebody's routes in order. Slack is always one of them: its message is sent beside any other route."""
    routes = tuple(listed) or USUAL
    return routes if SLACK in routes else (*routes, SLACK)
