"""Announcements about who holds which role."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """Somebody holds a role now; `before` held it."""

    word: ClassVar[str] = "assigned"

    by: str
    role: str
    person: str
    before: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """The holder of a role can't act, so somebody else has it now."""

    word: ClassVar[str] = "passed over"

    role: str
    before: str
    why: str
    person: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleOffered:
    """Somebody is asked to take a role; `owner` keeps it until they accept."""

    word: ClassVar[str] = "role offered"

    by: str
    role: str
    person: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferEnded:
    """A role that was offered stays with `owner`: the person declined, or didn't answer in time."""

    word: ClassVar[str] = "offer ended"

    role: str
    person: str
    owner: str
    lapsed: bool


PeopleAnnouncement = Assigned | PassedOver | RoleOffered | OfferEnded
