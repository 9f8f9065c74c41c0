"""Rosters: the directory with the shifts people took over, their absences, and the shifts other systems told us."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    cast,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)

from bot.database.transaction import Transaction
from bot.models.account import Person
from bot.models.base import UtcDateTime
from bot.models.on_call import Away, FedShiftRow, ShiftTaken
from bot.policy.decide.on_call import Roster
from bot.policy.model.directory import Directory
from bot.policy.model.on_call import Absence, FedShift, OnCallSource, ShiftOverride
from bot.policy.model.rules import Policy

_SINCE = bindparam("since", type_=UtcDateTime())
_UNTIL = bindparam("until", type_=UtcDateTime())
_TEXT = String(320)


def _within(row: type[ShiftTaken | Away | FedShiftRow]) -> ColumnElement[bool]:
    """Return the condition for spans that have any part between the two times of the statement."""
    return and_(row.starts_at <= _UNTIL, or_(row.ends_at.is_(None), row.ends_at > _SINCE))


# One statement for all three, because every declaration and every page asks. It is built once.
_PARTS: list[Select[*tuple[Any, ...]]] = [
    select(
        literal("taken").label("what"),
        ShiftTaken.id.label("id"),
        ShiftTaken.area.label("area"),
        ShiftTaken.person.label("person"),
        ShiftTaken.instead_of.label("other"),
        cast(null(), _TEXT).label("email"),
        ShiftTaken.starts_at.label("starts_at"),
        ShiftTaken.ends_at.label("ends_at"),
    ).where(_within(ShiftTaken)),
    select(
        literal("away"),
        Away.id,
        cast(null(), _TEXT),
        Away.person,
        Away.stand_in,
        Person.email,
        Away.starts_at,
        Away.ends_at,
    )
    .outerjoin(Person, Person.slack_id == Away.person)
    .where(_within(Away)),
    select(
        type_coerce(FedShiftRow.source, _TEXT),
        FedShiftRow.id,
        FedShiftRow.area,
        FedShiftRow.person,
        cast(null(), _TEXT),
        cast(null(), _TEXT),
        FedShiftRow.starts_at,
        FedShiftRow.ends_at,
    ).where(_within(FedShiftRow)),
]
_SPANS = union_all(*_PARTS)


def roster(
    tx: Transaction,
    directory: Directory,
    policy: Policy,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Roster:
    """Return the roster of a span of time; by default that of the transaction's moment."""
    overrides: list[ShiftOverride] = []
    absences: list[Absence] = []
    fed: list[FedShift] = []
    span = {"since": since or tx.now, "until": until or since or tx.now}
    for what, number, area, person, other, email, starts_at, ends_at in tx.session.execute(_SPANS, span):
        texts_are_read = all(isinstance(text, str | None) for text in (what, area, person, other, email))
        if not texts_are_read or not isinstance(starts_at, datetime) or not isinstance(ends_at, datetime | None):
            continue  # unreadable, which `doctor` reports
        if what == "taken" and ends_at is not None:
            overrides.append(ShiftOverride(area, person, starts_at, ends_at, number, other))
        elif what == "away":
            mine = directory.identities(person) | ({email} if email else set())
            absences.append(Absence(person, frozenset(mine), starts_at, ends_at, other))
        elif what in _FED:
            fed.append(FedShift(area, OnCallSource(what), person, starts_at, ends_at))
    return Roster(directory, policy.on_call, overrides, absences, fed)


_FED = frozenset(OnCallSource)
