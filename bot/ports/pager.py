"""A paging service outside Slack, and messages by any other service, in the program's own terms."""

from dataclasses import dataclass, field
from typing import Protocol

from bot.policy.model.reaching import RouteKind
from bot.ports.links import Links, NoLinks


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideRing:
    """One ring of a page outside Slack, in plain words.

    `key` is the same for every ring of one page, so that a service keeps them together. `link` acknowledges; None if
    there are no links. `is_top` is true at level one.
    """

    key: str
    title: str
    lines: tuple[str, ...] = ()
    link: str | None = None
    is_top: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """The person a ring is for, as far as known outside Slack."""

    name: str
    email: str | None = None
    phone: str | None = None
    slack_id: str | None = None


class Pager(Protocol):
    """A paging service that keeps an alarm open until it is resolved. Each call may be repeated with the same key.

    `service` names one of several that are set up; None is the usual one. Each call may raise Permanent, Temporary or
    Ambiguous.
    """

    async def trigger(self, ring: OutsideRing, service: str | None) -> None:
        """Ring, or ring again."""
        ...

    async def acknowledge(self, key: str, service: str | None) -> None:
        """Acknowledge an alarm; does nothing if it isn't known."""
        ...

    async def resolve(self, key: str, service: str | None) -> None:
        """Resolve an alarm; does nothing if it isn't known."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerAnswer:
    """An action in the paging service: somebody acknowledged the alarm `key`, or resolved it there.

    `event` is the same whenever this is told again. `name` is theirs in the service, `email` their address if known.
    """

    event: str
    key: str
    name: str
    email: str | None
    is_resolved: bool = False


class PagerAnswers(Protocol):
    """Takes what people do in the paging service."""

    async def answer(self, answer: PagerAnswer) -> None:
        """Take one answer; does nothing if it was told before, or the alarm is over."""
        ...


class Messenger(Protocol):
    """Sends a short message to one person by a service that is set up under a name."""

    async def send(self, ring: OutsideRing, target: str, to: Reached) -> None:
        """Send one message. Raises Permanent if it was refused, Temporary if it may work later."""
        ...


@dataclass(frozen=True)
class OutsideRoutes:
    """The routes outside Slack that are set up; None for those that aren't. `links` are what messages carry."""

    pager: Pager | None = None
    messenger: Messenger | None = None
    links: Links = field(default_factory=NoLinks)

    def kinds(self) -> frozenset[RouteKind]:
        """Return the kinds that are set up."""
        found = {RouteKind.PAGERDUTY} if self.pager is not None else set()
        return frozenset(found | ({RouteKind.APPRISE} if self.messenger is not None else set()))
