"""Announcements about major incidents. `incident` and `title` are the incident's."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from bot.policy.record.payloads import WHEN_SHOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentJoined:
    """It is a part of a major incident, which affects so many accounts."""

    word: ClassVar[str] = "incident joined"

    by: str
    incident: int
    title: str
    since: datetime
    accounts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChecked:
    """Somebody has looked at the status page. If the outage isn't there, `team` should post it.

    `told` is true if a message to the team is on its way.
    """

    word: ClassVar[str] = "status page checked"

    by: str
    posted: bool
    team: str | None = None
    told: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLasts:
    """A major incident of the same category lasts, and the channel is asked whether this is a part of it."""

    word: ClassVar[str] = "incident lasts"

    incident: int
    title: str
    since: datetime
    # Set when the incident ends, so that the channel isn't asked any more.
    is_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherCase:
    """Another account's escalation of the same category: its customer, and its channel if it can be read."""

    number: int
    name: str
    channel: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLikely:
    """Several accounts escalated with the same category. `left_out` are those not to be named any more."""

    word: ClassVar[str] = "incident likely"

    others: tuple[OtherCase, ...]
    accounts: int
    names: tuple[int, ...] = ()
    left_out: tuple[int, ...] = field(default=(), metadata=WHEN_SHOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOver:
    """The major incident is over."""

    word: ClassVar[str] = "incident over"

    incident: int
    title: str
    fixed: str
    by: str


IncidentAnnouncement = IncidentJoined | IncidentLasts | IncidentLikely | IncidentOver | StatusChecked
