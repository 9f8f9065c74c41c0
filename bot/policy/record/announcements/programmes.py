"""Announcements about an account programme."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from bot.policy.model.facts import HealthState
from bot.policy.model.programmes import Consent
from bot.policy.record.action_items import ActionState
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
    cause: str | None = field(default=None, metadata=IF_GIVEN)
    looked_for_by: str | None = field(default=None, metadata=IF_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAgreed:
    """The customer agreed to the plan: `customer` is who, and how."""

    word: ClassVar[str] = "plan agreed"

    by: str
    customer: str
    on: date


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


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFrom:
    """The programme was made from an escalation, for the programme's channel."""

    word: ClassVar[str] = "made from"

    by: str
    number: int
    summary: str
    names: tuple[int, ...] = ()
    left_out: tuple[int, ...] = field(default=(), metadata=WHEN_SHOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeProposedFrom:
    """A programme was proposed from this escalation, for its channel."""

    word: ClassVar[str] = "programme proposed from"

    by: str
    number: int
    names: tuple[int, ...] = ()
    left_out: tuple[int, ...] = field(default=(), metadata=WHEN_SHOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAdded:
    """An action item was added to the programme's plan; with `is_news` the customer knows the plan without it."""

    word: ClassVar[str] = "action item added"

    by: str
    item: str
    owner: str
    due_on: date
    is_news: bool | None = field(default=None, metadata=IF_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChanged:
    """An action item reads differently, is done, or was dropped for a `reason`; `is_news` as above."""

    word: ClassVar[str] = "action item changed"

    by: str
    item: str
    owner: str
    due_on: date
    state: ActionState
    reason: str | None = field(default=None, metadata=IF_GIVEN)
    is_news: bool | None = field(default=None, metadata=IF_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsHandedOn:
    """The unfinished action items of somebody who left have another owner."""

    word: ClassVar[str] = "action items handed on"

    before: str
    owner: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCallPlanned:
    """A status call was planned, or another time or people were chosen (`is_moved`). `to` are invited by mail."""

    word: ClassVar[str] = "status call planned"

    by: str
    owner: str
    at: datetime
    link: str | None = field(default=None, metadata=IF_GIVEN)
    to: tuple[str, ...] = ()
    is_moved: bool | None = field(default=None, metadata=IF_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCallCancelled:
    """The planned status call won't take place."""

    word: ClassVar[str] = "status call cancelled"

    by: str
    at: datetime
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCallNoted:
    """Agreements of a status call."""

    word: ClassVar[str] = "status call noted"

    by: str
    said: str


ProgrammeAnnouncement = (
    ProgrammeAccepted
    | IssueRolledUp
    | ProgrammePlanned
    | Agreed
    | ConsentWaived
    | HealthChanged
    | CriteriaAgreed
    | PlanAgreed
    | MadeFrom
    | ProgrammeProposedFrom
    | ItemAdded
    | ItemChanged
    | ItemsHandedOn
    | StatusCallPlanned
    | StatusCallCancelled
    | StatusCallNoted
)
