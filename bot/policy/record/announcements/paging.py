"""Announcements about pages and acknowledging."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from bot.policy.record.escalation import PageCause


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """Somebody has acknowledged it. `is_overdue`: the customer's update was due by then.

    `via` is where, if not here. `name` is theirs there, if they aren't known here; then `by` is whose page it was.
    """

    word: ClassVar[str] = "acknowledged"

    by: str
    is_overdue: bool = False
    via: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageUndeliverable:
    """A page can't be delivered. `others` were paged too; without any, the next in line is paged."""

    word: ClassVar[str] = "page undeliverable"

    person: str
    role: str
    why: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageHeldUp:
    """A page can't be delivered for now."""

    word: ClassVar[str] = "page held up"

    person: str
    role: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageUnreached:
    """A page fails by every route of its person for now. `others` are paged in the meantime."""

    word: ClassVar[str] = "page unreached"

    person: str
    role: str
    routes: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalatedNow:
    """Somebody has the person on a rung paged early; `note` says what for. `title` is the rung's."""

    word: ClassVar[str] = "escalated early"

    by: str
    person: str
    title: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderEnded:
    """Nobody has answered, and the ladder ends here, as earlier versions announced it.

    `person` is the last whom a page has reached.
    """

    word: ClassVar[str] = "nobody left to page"

    cause: PageCause
    person: str | None
    page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RungEmpty:
    """Nobody is named for the rung that was requested. `title` is the rung's."""

    word: ClassVar[str] = "nobody on the rung"

    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StillUnresolved:
    """The impact hasn't stopped `after` that time. `brought_in` are people new to the channel, `told` were there.

    `missing` are roles nobody is named for.
    """

    word: ClassVar[str] = "still unresolved"

    after: timedelta
    brought_in: tuple[str, ...]
    told: tuple[str, ...]
    missing: tuple[str, ...]


PagingAnnouncement = (
    Acknowledged
    | PageUndeliverable
    | PageHeldUp
    | PageUnreached
    | EscalatedNow
    | LadderEnded
    | RungEmpty
    | StillUnresolved
)
