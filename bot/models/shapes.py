"""The shapes of values inside JSON columns, whose class says only whether they are a list or a mapping."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, Field, TypeAdapter, ValidationError
from sqlalchemy import Column

from bot.policy.decide.watches import WatchTurn
from bot.policy.plan.timers import TimerKind
from bot.policy.record.requests import RequestKind
from bot.policy.time import years


def _moment(text: str) -> str:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or not years.is_plausible(at):
        raise ValueError("no moment")
    return text


def _watch_turn(text: str) -> str:
    return WatchTurn(text).value


def _request_kind(text: str) -> str:
    return RequestKind(text).value


_Moment = Annotated[str, AfterValidator(_moment)]


class _Request(BaseModel):
    id: int
    kind: Annotated[str, AfterValidator(_request_kind)]
    level: str
    by: str
    reason: str
    asked_at: _Moment


class _CaseReview(BaseModel):
    id: int
    owner: str
    due_at: _Moment


_Words = list[str]
# A message of ours: its channel and its timestamp.
_Messages = list[Annotated[list[str], Field(min_length=2, max_length=2)]]
# Each kind of effect and timeline entry has a shape of its own, which other versions of the program may have written.
# Those that can't be carried out fail alone, and `doctor` shows why. What a timer holds is below.
_AnyMapping = dict[str, Any]

# By table and column. Every JSON column has its shape here.
SHAPES: Final[Mapping[str, Any]] = {
    "account.contacts": _Words,
    "account.extra": dict[str, str | int | float | bool | None],
    "effect.payload": _AnyMapping,
    "escalation.case_review": _CaseReview,
    "escalation.churn_signs": _Words,
    "escalation.problems": dict[str, str],
    "escalation.requests": list[_Request],
    "escalation.tags": _Words,
    "escalation.trace": _Words,
    "escalation.triggers": _Words,
    "level_request.messages": _Messages,
    "proposal.criteria": _Words,
    "proposal.messages": _Messages,
    "said_outside.payload": _AnyMapping,
    "timeline.after": _AnyMapping,
    "timeline.before": _AnyMapping,
    "timer.data": _AnyMapping,
}


# The JSON types of the elements, where an element has no shape of its own.
_ELEMENTS: Final[tuple[tuple[Any, Sequence[str]], ...]] = (
    (_Words, ("string",)),
    (dict[str, str], ("string",)),
    (dict[str, str | int | float | bool | None], ("string", "number", "boolean", "null")),
)


def elements(column: Column[Any]) -> Sequence[str] | None:
    """Return the JSON types of the elements of a column's values; None if these don't settle their shape."""
    wanted = SHAPES[f"{column.table.name}.{column.name}"]
    return next((types for shape_, types in _ELEMENTS if shape_ == wanted), None)


@cache
def shape(column: Column[Any]) -> TypeAdapter[Any] | None:
    """Return what holds a JSON column's values to their shape; None for a column whose mappings may hold anything."""
    wanted = SHAPES[f"{column.table.name}.{column.name}"]
    return None if wanted is _AnyMapping else TypeAdapter(wanted)


class _Warning(BaseModel):
    clock: str
    percent: int
    due: _Moment


class _Breach(BaseModel):
    clock: str
    due: _Moment


class _Update(BaseModel):
    audience: str
    due: _Moment


class _OfPage(BaseModel):
    page: int


class _OfTeam(BaseModel):
    team: str


class _OfRequest(BaseModel):
    request: int


class _Turn(BaseModel):
    turn: int


class _WatchTurn(BaseModel):
    turn: Annotated[str, AfterValidator(_watch_turn)]


class _Digest(BaseModel):
    manager: str
    on: str


# What firing a timer of each kind reads from its data; the other kinds have none.
_TIMERS: Final[Mapping[str, TypeAdapter[Any]]] = {
    TimerKind.CLOCK_WARNING: TypeAdapter(_Warning),
    TimerKind.CLOCK_BREACH: TypeAdapter(_Breach),
    TimerKind.UPDATE_DUE: TypeAdapter(_Update),
    TimerKind.UPDATE_LATE: TypeAdapter(_Update),
    TimerKind.UPDATE_MISSED: TypeAdapter(_Update),
    TimerKind.PAGE_AGAIN: TypeAdapter(_OfPage),
    TimerKind.PAGE_ONWARD: TypeAdapter(_OfPage),
    TimerKind.PAGE_ROUND: TypeAdapter(_OfPage),
    TimerKind.TEAM_DUE: TypeAdapter(_OfTeam),
    TimerKind.TEAM_CHASE: TypeAdapter(_OfTeam),
    TimerKind.REQUEST_WAITS: TypeAdapter(_OfRequest),
    TimerKind.CASE_REVIEW_DUE: TypeAdapter(_Turn),
    TimerKind.WATCH_DUE: TypeAdapter(_WatchTurn),
    TimerKind.DIGEST: TypeAdapter(_Digest),
}


def of_kind(table: str, column: str, kind: object) -> TypeAdapter[Any] | None:
    """Return the shape of a JSON column that depends on the row's kind; None for any other column or kind."""
    return _TIMERS.get(kind) if (table, column) == ("timer", "data") and isinstance(kind, str) else None


def problem(wanted: TypeAdapter[Any], value: object) -> str | None:
    """Return where a value departs from its shape; None where it doesn't. The value is not repeated."""
    try:
        wanted.validate_python(value, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        at = ".".join(map(str, first["loc"]))
        return f"at {at}: {first['type']}" if at else first["type"]
    return None
