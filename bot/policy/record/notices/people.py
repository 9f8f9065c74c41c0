"""Notices about roles that are offered, and to an owner whom a manager reminds."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleOfferedNotice:
    """Somebody is asked to take a role; its holder keeps it until they accept."""

    word: ClassVar[str] = "role offered"

    role: str
    by: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferEndedNotice:
    """A role that was offered stays with its holder: the person said no, or didn't answer in time."""

    word: ClassVar[str] = "offer ended"

    role: str
    person: str
    why: Literal["declined", "lapsed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerRemindedNotice:
    """A manager reminds an owner of a step, a word of `bot.policy.plan.due_steps.OpenStepKind`."""

    word: ClassVar[str] = "owner reminded"

    by: str
    step: str
    due: datetime


PeopleNotice = RoleOfferedNotice | OfferEndedNotice | OwnerRemindedNotice
