"""Announcements about an account programme."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from bot.policy.model.facts import HealthState
from bot.policy.model.programmes import Consent
from bot.policy.record.payloads import IF_GIVEN, WHEN_SHOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeAccepted:
    """A proposed programme was accepted; by nobody if nobody had answered in time."""

    word: ClassVar[str] = "programme accepted"

    by: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRolledUp:
    """An issue of the account belongs to the programme. `level` and `emoji` are as they are shown."""

    word: ClassVar[str] = "issue rolled up"

    by: str
    number: int
    level: str
    emoji: str
    summary: str
    names: tuple[int, ...] = ()
    left_out: tuple[int, ...] = field(default=(), metadata=WHEN_SHOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPlan:
    """A remediation plan as it was written down."""

    words: str
    owner: str
    due_on: date
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammePlanned:
    """The plan or the success criteria were written: those that are new. `criteria` are the present ones."""

    word: ClassVar[str] = "programme planned"

    by: str
    criteria: str
    plan: WrittenPlan | None = field(default=None, metadata=IF_GIVEN)
    success_criteria: str | None = field(default=None, metadata=IF_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """Consents to closing, each with who agreed and how."""

    word: ClassVar[str] = "agreed"

    by: str
    given: Mapping[Consent, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWaived:
    """A consent to closing was waived."""

    word: ClassVar[str] = "consent waived"

    by: str
    consent: Consent
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthChanged:
    """The account's health has changed."""

    word: ClassVar[str] = "health changed"

    by: str
    before: HealthState
    after: HealthState


@dataclass(frozen=True, slots=True, kw_only=True)
class CriteriaAgreed:
    """The customer agreed to the success criteria: `customer` is who, and how."""

    word: ClassVar[str] = "criteria agreed"

    by: str
    customer: str


ProgrammeAnnouncement = (
    ProgrammeAccepted | IssueRolledUp | ProgrammePlanned | Agreed | ConsentWaived | HealthChanged | CriteriaAgreed
)
