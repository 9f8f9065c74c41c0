"""The shapes of values inside JSON columns, whose class says only whether they are a list or a mapping."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, TypeAdapter, ValidationError, create_model
from pydantic_core import PydanticCustomError
from sqlalchemy import Column

from bot.models.tracked_message import TrackedMessageKind
from bot.models.work import EffectKind
from bot.policy.decide.watches import WatchDay
from bot.policy.model.reaching import kind_of
from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.plan.stored_notices import notice_of
from bot.policy.plan.timers import TimerKind
from bot.policy.record.announcements.registry import announcement_of
from bot.policy.record.duty_notices import duty_notice_of
from bot.policy.record.escalation import PageCause, RouteState
from bot.policy.record.feed_lines import line_of
from bot.policy.record.level_requests import LevelRequestKind
from bot.policy.record.mails import mail_of
from bot.policy.record.team_messages import team_message_of
from bot.policy.record.team_routes import TeamRouteKind, TeamRouteState
from bot.policy.time import years


def _moment(text: str) -> str:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or not years.is_plausible(at):
        raise ValueError("no moment")
    return text


def _watch_day(text: str) -> str:
    return WatchDay(text).value


def _request_kind(text: str) -> str:
    return LevelRequestKind(text).value


def _subject(text: str) -> str:
    return NoticeSubject(text).value


def _page_cause(text: str) -> str:
    return PageCause(text).value


def _known_route(text: str) -> str:
    kind_of(text)
    return text


def _route_state(text: str) -> str:
    return RouteState(text).value


def _tracked_message(text: str) -> str:
    return TrackedMessageKind(text).value


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()


_MomentShape = Annotated[str, AfterValidator(_moment)]
_KnownRoute = Annotated[str, AfterValidator(_known_route)]
_DayShape = Annotated[str, AfterValidator(_day)]
_ClockShape = Literal["response", "resolution"]
# A key of a row, or a count. Neither database compares a column with a larger number.
_Number = Annotated[int, Field(ge=0, lt=2**63)]


class _LevelRequestShape(BaseModel):
    id: int
    kind: Annotated[str, AfterValidator(_request_kind)]
    level: str
    by: str
    reason: str
    asked_at: _MomentShape


class _CaseReviewShape(BaseModel):
    id: int
    owner: str
    due_at: _MomentShape


class _BeforeEndShape(BaseModel):
    status: Literal["open", "mitigated"]
    customer: _MomentShape | None
    internal: _MomentShape | None


class _PageReasonShape(BaseModel):
    cause: Annotated[str, AfterValidator(_page_cause)]
    due: _MomentShape


class _HandoverShape(BaseModel):
    role: str
    person: str
    by: str
    asked_at: _MomentShape
    expires_at: _MomentShape


class _RouteShape(BaseModel):
    route: _KnownRoute
    send: _Number
    state: Annotated[str, AfterValidator(_route_state)]
    at: _MomentShape
    why: str | None = None
    for_good: bool = False


class _LiveNoticeShape(BaseModel):
    subject: Annotated[str, AfterValidator(_subject)]
    to: str | None
    channel: str
    ts: str
    notice: dict[str, Any]


def _team_route(text: str) -> str:
    return TeamRouteKind(text).value


def _team_route_state(text: str) -> str:
    return TeamRouteState(text).value


class _TeamRouteShape(BaseModel):
    team: str
    route: Annotated[str, AfterValidator(_team_route)]
    to: str
    state: Annotated[str, AfterValidator(_team_route_state)]
    at: _MomentShape
    why: str | None


_WordList = list[str]
# A message of ours: its channel and its timestamp.
_MessageList = list[Annotated[list[str], Field(min_length=2, max_length=2)]]
# Mappings whose shape depends on the row's kind: see below.
_AnyMapping = dict[str, Any]


class _EntryShape(BaseModel):
    """The values of a timeline entry that are read, whatever its event; the others are only passed on."""

    incident: _Number | None = None


# By table and column. Every JSON column has its shape here.
SHAPES: Final[Mapping[str, Any]] = {
    "account.contacts": _WordList,
    "account.extra": dict[str, str | int | float | bool | None],
    "directory_change.after": _AnyMapping,
    "directory_change.before": _AnyMapping,
    "directory_entry.data": _AnyMapping,
    "effect.payload": _AnyMapping,
    "escalation.before_end": _BeforeEndShape,
    "escalation.case_review": _CaseReviewShape,
    "escalation.churn_signs": _WordList,
    "escalation.handovers": list[_HandoverShape],
    "escalation.live_notices": list[_LiveNoticeShape],
    "escalation.page_reasons": list[_PageReasonShape],
    "escalation.problems": dict[str, str],
    "escalation.reminded": dict[str, _MomentShape],
    "escalation.requests": list[_LevelRequestShape],
    "escalation.tags": _WordList,
    "escalation.team_routes": list[_TeamRouteShape],
    "escalation.trace": _WordList,
    "escalation.triggers": _WordList,
    "level_request.messages": _MessageList,
    "posted_update.announced": _AnyMapping,
    "page.routes": list[_RouteShape],
    "proposal.criteria": _WordList,
    "proposal.messages": _MessageList,
    "said_outside.payload": _AnyMapping,
    "timeline.after": _EntryShape,
    "timeline.before": _EntryShape,
    "timer.data": _AnyMapping,
}


# The JSON types of the elements, where an element has no shape of its own.
_ELEMENTS: Final[tuple[tuple[Any, Sequence[str]], ...]] = (
    (_WordList, ("string",)),
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


class _WarningShape(BaseModel):
    clock: _ClockShape
    percent: int
    due: _MomentShape


class _BreachShape(BaseModel):
    clock: _ClockShape
    due: _MomentShape


class _UpdateShape(BaseModel):
    audience: Literal["customer", "internal"]
    due: _MomentShape
    interval: _MomentShape | None = None


class _PageTimerShape(BaseModel):
    page: int


class _TeamTimerShape(BaseModel):
    team: str
    due: _MomentShape | None = None


class _ReviewTimerShape(BaseModel):
    due: _MomentShape | None = None


class _UnresolvedShape(BaseModel):
    role: str


class _LevelRequestTimerShape(BaseModel):
    request: int


class _CaseReviewTimerShape(BaseModel):
    turn: int


class _WatchTimerShape(BaseModel):
    turn: Annotated[str, AfterValidator(_watch_day)]


class _DigestShape(BaseModel):
    manager: str
    on: _DayShape


# What firing a timer of each kind reads from its data; the other kinds have none.
_TIMERS: Final[Mapping[str, TypeAdapter[Any]]] = {
    TimerKind.CLOCK_WARNING: TypeAdapter(_WarningShape),
    TimerKind.CLOCK_BREACH: TypeAdapter(_BreachShape),
    TimerKind.UPDATE_DUE: TypeAdapter(_UpdateShape),
    TimerKind.UPDATE_LATE: TypeAdapter(_UpdateShape),
    TimerKind.UPDATE_MISSED: TypeAdapter(_UpdateShape),
    TimerKind.PAGE_AGAIN: TypeAdapter(_PageTimerShape),
    TimerKind.PAGE_ONWARD: TypeAdapter(_PageTimerShape),
    TimerKind.PAGE_ROUND: TypeAdapter(_PageTimerShape),
    TimerKind.TEAM_DUE: TypeAdapter(_TeamTimerShape),
    TimerKind.TEAM_CHASE: TypeAdapter(_TeamTimerShape),
    TimerKind.LEVEL_REQUEST_WAITS: TypeAdapter(_LevelRequestTimerShape),
    TimerKind.REVIEW_DUE: TypeAdapter(_ReviewTimerShape),
    TimerKind.CASE_REVIEW_DUE: TypeAdapter(_CaseReviewTimerShape),
    TimerKind.UNRESOLVED: TypeAdapter(_UnresolvedShape),
    TimerKind.WATCH_DUE: TypeAdapter(_WatchTimerShape),
    TimerKind.DIGEST: TypeAdapter(_DigestShape),
}


_UNREADABLE_MESSAGE: Final = "unreadable_message"


def _stored(read: Callable[[Mapping[str, Any]], object]) -> BeforeValidator:
    """Return a validator of payloads that hold a message, which `read` reads back."""

    def check(payload: dict[str, Any]) -> dict[str, Any]:
        try:
            read(payload)
        except (LookupError, TypeError) as error:
            raise PydanticCustomError("unknown_word", "no such message") from error
        except ValueError as error:
            # It names the fields, and nothing that was read.
            raise PydanticCustomError(_UNREADABLE_MESSAGE, "{why}", {"why": str(error)}) from error
        return payload

    return BeforeValidator(check)


def _readable_notice(payload: dict[str, Any]) -> dict[str, Any]:
    try:
        notice_of(payload)
    except LookupError as error:
        raise ValueError("no such notice") from error
    return payload


_NoticeShape = Annotated[dict[str, Any], AfterValidator(_readable_notice)]

# What an effect of each kind holds, as its performer reads it. A field with a default may be missing. The other kinds
# hold nothing.
_EFFECTS: Final[Mapping[str, Mapping[str, Any]]] = {
    EffectKind.PAGE: {"page": _Number, "send": _Number},
    EffectKind.RING: {"page": _Number, "send": _Number, "route": _KnownRoute},
    EffectKind.END_RING: {"page": _Number, "route": _KnownRoute, "how": Literal["acknowledge", "resolve"]},
    EffectKind.DECLARE: {"declaration": _AnyMapping, "by": str, "view": str},
    EffectKind.REDACT: {"said": _Number},
    EffectKind.CHANNEL_CHECK: {"channel": str, "by": str | None},
    EffectKind.REPLY: {
        "person": str,
        "channel": str | None,
        "text": str,
        "until": (_MomentShape | None, None),
        "offer": (str | None, None),
    },
    EffectKind.RECEIPT: {"person": str, "channel": str | None, "response_url": (str | None, None)},
    EffectKind.LEVEL_REQUEST: {"request": _Number, "to": str, "again": bool},
    EffectKind.PROPOSAL: {"to": str},
    EffectKind.DIRECT: {"to": str},
    EffectKind.DUTY_NOTICE: {"to": str},
    EffectKind.DUTY_CHANGED: {"why": Literal["away", "back", "shift"], "person": str},
    EffectKind.MAIL: {"recipient": str, "to": str, "copies": list[str], "id": str, "thread": list[str]},
    EffectKind.INCIDENT: {"incident": _Number, "is_new": bool},
    EffectKind.CASE_REVIEW: {"review": _Number},
    EffectKind.WATCH: {"question": _Number, "to": str},
    EffectKind.TRACKED_MESSAGE: {"sheet": Annotated[str, AfterValidator(_tracked_message)]},
    EffectKind.UPDATE_MESSAGE: {"update": _Number, "again": bool},
    EffectKind.REFRESH_PAGE: {"page": _Number},
    EffectKind.UPDATE_MESSAGE: {"update": _Number, "again": bool},
    EffectKind.REMOVE_MESSAGE: {"channel": str, "ts": str},
    EffectKind.END_NOTICE: {"to": str | None, "channel": str, "ts": str, "notice": _NoticeShape},
    EffectKind.REFRESH_LEVEL_REQUEST: {"request": _Number, "channel": str, "ts": str},
    EffectKind.HOME: {"person": str, "first": (_Number, 0)},
    EffectKind.KEEP_GROUP: {"group": str},
    EffectKind.BOOKMARK: {"which": str},
    EffectKind.LOOK_UP: {"who": str},
    EffectKind.SUCCESSION: {"person": str},
    EffectKind.MEMBERSHIP: {"channel": str, "person": str, "by": str | None},
    EffectKind.ARCHIVE: {"channel": (str, "")},
    EffectKind.DIGEST: {"to": str, "on": _DayShape},
}
# Kinds whose payload is a stored message.
_MESSAGES_OF: Final[Mapping[str, Callable[[Mapping[str, Any]], object]]] = {
    EffectKind.ANNOUNCEMENT: announcement_of,
    EffectKind.BREACH: notice_of,
    EffectKind.DIRECT: notice_of,
    EffectKind.DUTY_NOTICE: duty_notice_of,
    EffectKind.FEED: line_of,
    EffectKind.MAIL: mail_of,
    EffectKind.REMINDER: notice_of,
    EffectKind.TEAM: team_message_of,
}
# What any effect may hold besides: whose action it is, what it mentions, and the channel it waits for.
_ANY_EFFECT: Final[Mapping[str, Any]] = {
    "by": (str | None, None),
    "names": (list[_Number], []),
    "left_out": (list[_Number], []),
    "incident": (_Number | None, None),
    "waits_for": (str | None, None),
}
# Messages outside that are drawn again from what was stored of them; of the others only what they mention is read.
_DRAWN_AGAIN: Final = (EffectKind.ANNOUNCEMENT, EffectKind.DIRECT, EffectKind.TEAM)


@cache
def _of_effect(kind: str) -> TypeAdapter[Any]:
    held = {**_ANY_EFFECT, **_EFFECTS.get(kind, {})}
    fields: dict[str, Any] = {name: each if isinstance(each, tuple) else (each, ...) for name, each in held.items()}
    model = create_model("Payload", **fields)
    return TypeAdapter(Annotated[model, _stored(_MESSAGES_OF[kind])] if kind in _MESSAGES_OF else model)


def of_kind(table: str, column: str, kind: object) -> TypeAdapter[Any] | None:
    """Return the shape of a JSON column that depends on the row's kind; None for any other column or kind."""
    if not isinstance(kind, str):
        return None
    match table, column:
        case "timer", "data":
            return _TIMERS.get(kind)
        case "effect", "payload":
            return _of_effect(kind)
        case "said_outside", "payload":
            return _of_effect(kind if kind in _DRAWN_AGAIN else "")
    return None


def problem(wanted: TypeAdapter[Any], value: object) -> str | None:
    """Return where a value departs from its shape; None where it doesn't. The value is not repeated."""
    try:
        wanted.validate_python(value, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        at = ".".join(map(str, first["loc"]))
        wrong = first["msg"] if first["type"] == _UNREADABLE_MESSAGE else first["type"]
        return f"at {at}: {wrong}" if at else wrong
    return None
