"""Direct messages about being on call and standing in. They belong to no escalation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from bot.policy.record.payloads import IF_GIVEN, Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftBegins:
    """Somebody is on call now. `before` was, `open` are keys of open escalations of the area (at most a few)."""

    word: ClassVar[str] = "shift begins"

    area: str
    until: datetime | None
    before: str | None
    open: tuple[str, ...] = ()
    stands_in_for: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftEnds:
    """Somebody's shift is over; `person` is on call now, if anybody is."""

    word: ClassVar[str] = "shift ends"

    area: str
    person: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftTakenOver:
    """`person` has taken a shift over from `before`, or an admin gave it to them (`by`). Both hear of it."""

    word: ClassVar[str] = "shift taken over"

    area: str
    person: str
    before: str | None
    starts_at: datetime
    ends_at: datetime
    by: str | None = field(default=None, metadata=IF_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandsIn:
    """Somebody stands in for a person who is away. `open` are the person's open escalations (at most a few)."""

    word: ClassVar[str] = "stands in"

    person: str
    until: datetime | None
    open: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StandInEnds:
    """The person somebody stood in for is back."""

    word: ClassVar[str] = "stand-in ends"

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayNoted:
    """Somebody's absence is noted. `by_status` if their status in Slack says so, and not they themselves."""

    word: ClassVar[str] = "away noted"

    until: datetime | None
    stand_in: str | None
    by_status: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BackAgain:
    """Somebody's absence is over; `stand_in` had their pages."""

    word: ClassVar[str] = "back again"

    stand_in: str | None


DutyNotice = ShiftBegins | ShiftEnds | ShiftTakenOver | StandsIn | StandInEnds | AwayNoted | BackAgain
DUTY_NOTICES: Vocabulary[DutyNotice] = Vocabulary("notice", DutyNotice)


def payload_of(notice: DutyNotice) -> dict[str, Any]:
    """Return the stored form of a notice."""
    return DUTY_NOTICES.payload_of(notice)


def duty_notice_of(payload: Mapping[str, Any]) -> DutyNotice:
    """Return the notice that was stored; other keys of the payload are ignored.

    Raises LookupError for an unknown kind, ValueError for fields that can't be read.
    """
    return DUTY_NOTICES.read(payload)
