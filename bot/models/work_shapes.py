"""The shapes of what timers and effects hold, by their kind: as firing and performing read it."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, TypeAdapter, create_model
from pydantic_core import PydanticCustomError

from bot.models.json_values import UNREADABLE_MESSAGE, AnyMapping, ClockShape, DayShape, KnownRoute, MomentShape, Number
from bot.models.tracked_message import TrackedMessageKind
from bot.models.work import EffectKind
from bot.policy.decide.watches import WatchDay
from bot.policy.plan.learnings import LearningsKind
from bot.policy.plan.stored_notices import notice_of
from bot.policy.plan.timers import TimerKind
from bot.policy.record.announcements.registry import announcement_of
from bot.policy.record.duty_notices import duty_notice_of
from bot.policy.record.feed_lines import line_of
from bot.policy.record.mails import mail_of
from bot.policy.record.team_messages import team_message_of


def _watch_day(text: str) -> str:
    return WatchDay(text).value


def _tracked_message(text: str) -> str:
    return TrackedMessageKind(text).value


class _WarningShape(BaseModel):
    clock: ClockShape
    percent: int
    due: MomentShape


class _BreachShape(BaseModel):
    clock: ClockShape
    due: MomentShape


class _UpdateShape(BaseModel):
    audience: Literal["customer", "internal"]
    due: MomentShape
    interval: MomentShape | None = None


class _PageTimerShape(BaseModel):
    page: int


class _TeamTimerShape(BaseModel):
    team: str
    due: MomentShape | None = None
    turn: int = 0


class _TeamChaseShape(BaseModel):
    team: str
    again: int = 0


class _ReviewTimerShape(BaseModel):
    due: MomentShape | None = None


class _ApprovalShape(BaseModel):
    text: int


class _SummaryTimerShape(BaseModel):
    due: MomentShape


class _FollowUpShape(BaseModel):
    owner: str


class _UnresolvedShape(BaseModel):
    role: str


class _LevelRequestTimerShape(BaseModel):
    request: int


class _CaseReviewTimerShape(BaseModel):
    turn: int


class _WatchTimerShape(BaseModel):
    turn: Annotated[str, AfterValidator(_watch_day)]


class _DrillShape(BaseModel):
    drill: int


def _learnings(text: str) -> str:
    return LearningsKind(text).value


class _LearningsShape(BaseModel):
    kind: Annotated[str, AfterValidator(_learnings)]
    on: DayShape


class _DayShape(BaseModel):
    on: DayShape


class _DigestShape(BaseModel):
    manager: str
    on: DayShape


class _SponsorDigestShape(BaseModel):
    sponsor: str


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
    TimerKind.TEAM_CHASE: TypeAdapter(_TeamChaseShape),
    TimerKind.TEAM_UNREACHED: TypeAdapter(_TeamTimerShape),
    TimerKind.LEVEL_REQUEST_WAITS: TypeAdapter(_LevelRequestTimerShape),
    TimerKind.REVIEW_DUE: TypeAdapter(_ReviewTimerShape),
    TimerKind.REVIEW_LEFT: TypeAdapter(_SummaryTimerShape),
    TimerKind.SUMMARY_DUE: TypeAdapter(_SummaryTimerShape),
    TimerKind.CALL_DUE: TypeAdapter(_SummaryTimerShape),
    TimerKind.FOLLOW_UP_DUE: TypeAdapter(_FollowUpShape),
    TimerKind.ITEM_DUE: TypeAdapter(_SummaryTimerShape),
    TimerKind.STATUS_CALL_SOON: TypeAdapter(_SummaryTimerShape),
    TimerKind.STATUS_CALL_NOTES: TypeAdapter(_SummaryTimerShape),
    TimerKind.MANAGER_UPDATE: TypeAdapter(_SummaryTimerShape),
    TimerKind.CASE_REVIEW_DUE: TypeAdapter(_CaseReviewTimerShape),
    TimerKind.UNRESOLVED: TypeAdapter(_UnresolvedShape),
    TimerKind.WATCH_DUE: TypeAdapter(_WatchTimerShape),
    TimerKind.HANDOVER: TypeAdapter(_UnresolvedShape),
    TimerKind.APPROVAL: TypeAdapter(_ApprovalShape),
    TimerKind.HOT_LIST: TypeAdapter(_DayShape),
    TimerKind.LEARNINGS: TypeAdapter(_LearningsShape),
    TimerKind.DIGEST: TypeAdapter(_DigestShape),
    TimerKind.SPONSOR_DIGEST: TypeAdapter(_SponsorDigestShape),
    TimerKind.DRILL: TypeAdapter(_DrillShape),
}


def _stored(read: Callable[[Mapping[str, Any]], object]) -> BeforeValidator:
    """Return a validator of payloads that hold a message, which `read` reads back."""

    def check(payload: dict[str, Any]) -> dict[str, Any]:
        try:
            read(payload)
        except (LookupError, TypeError) as error:
            raise PydanticCustomError("unknown_word", "no such message") from error
        except ValueError as error:
            # It names the fields, and nothing that was read.
            raise PydanticCustomError(UNREADABLE_MESSAGE, "{why}", {"why": str(error)}) from error
        return payload

    return BeforeValidator(check)


def _readable_notice(payload: dict[str, Any]) -> dict[str, Any]:
    try:
        announcement_of(payload) if "what" in payload else notice_of(payload)
    except LookupError as error:
        raise ValueError("no such notice") from error
    return payload


_NoticeShape = Annotated[dict[str, Any], AfterValidator(_readable_notice)]
# What an effect of each kind holds, as its performer reads it. A field with a default may be missing. The other kinds
# hold nothing.
_EFFECTS: Final[Mapping[str, Mapping[str, Any]]] = {
    EffectKind.PAGE: {"page": Number, "send": Number},
    EffectKind.RING: {"page": Number, "send": Number, "route": KnownRoute},
    EffectKind.END_RING: {"page": Number, "route": KnownRoute, "how": Literal["acknowledge", "resolve"]},
    EffectKind.TEAM_RING: {"team": str, "person": str, "route": KnownRoute},
    EffectKind.END_TEAM_RING: {"team": str, "route": KnownRoute},
    EffectKind.DECLARE: {"declaration": AnyMapping, "by": str, "view": str},
    EffectKind.REDACT: {"said": Number},
    EffectKind.CHANNEL_CHECK: {"channel": str, "by": str | None},
    EffectKind.REPLY: {
        "person": str,
        "channel": str | None,
        "text": str,
        "until": (MomentShape | None, None),
        "offer": (str | None, None),
    },
    EffectKind.RECEIPT: {
        "person": str,
        "channel": str | None,
        "response_url": (str | None, None),
        "thread": (str | None, None),
    },
    EffectKind.LEVEL_REQUEST: {"request": Number, "to": str, "again": bool},
    EffectKind.PROPOSAL: {"to": str},
    EffectKind.DIRECT: {"to": str},
    EffectKind.DUTY_NOTICE: {"to": str},
    EffectKind.DUTY_CHANGED: {"why": Literal["away", "back", "shift"], "person": str},
    EffectKind.MAIL: {"recipient": str, "to": str, "copies": list[str], "id": str, "thread": list[str]},
    EffectKind.SUMMARY: {"to": str, "text": str},
    EffectKind.CALL_INVITE: {"call": Number, "to": str, "sequence": Number, "method": str},
    EffectKind.CUSTOMER_QUESTION: {"question": Number},
    EffectKind.CUSTOMER_MAIL: {
        "text": Number,
        "recipient": str,
        "to": str,
        "copies": list[str],
        "id": str,
        "thread": list[str],
    },
    EffectKind.CUSTOMER_POST: {"text": Number, "channel": str},
    EffectKind.INCIDENT: {"incident": Number, "is_new": bool},
    EffectKind.CASE_REVIEW: {"review": Number},
    EffectKind.WATCH: {"question": Number, "to": str},
    EffectKind.TRACKED_MESSAGE: {"sheet": Annotated[str, AfterValidator(_tracked_message)]},
    EffectKind.REFRESH_PAGE: {"page": Number},
    EffectKind.UPDATE_MESSAGE: {"update": Number, "again": bool},
    EffectKind.REMOVE_MESSAGE: {"channel": str, "ts": str},
    EffectKind.END_NOTICE: {
        "to": str | None,
        "channel": str,
        "ts": str,
        "notice": _NoticeShape,
        "goes_on": (bool, False),
        "offers": (list[str] | None, None),
    },
    EffectKind.REFRESH_LEVEL_REQUEST: {"request": Number, "channel": str, "ts": str},
    EffectKind.HOME: {"person": str, "first": (Number, 0)},
    EffectKind.KEEP_GROUP: {"group": str},
    EffectKind.BOOKMARK: {"which": str},
    EffectKind.LOOK_UP: {"who": str},
    EffectKind.SUCCESSION: {"person": str},
    EffectKind.MEMBERSHIP: {"channel": str, "person": str, "by": str | None},
    EffectKind.DRILL_CHANNEL: {"drill": Number, "channel": (str | None, None), "response_url": (str | None, None)},
    EffectKind.DRILL_LINE: {"drill": Number, "event": Number},
    EffectKind.DRILL_CARD: {"drill": Number},
    EffectKind.DRILL_SCORE: {"drill": Number},
    EffectKind.DRILL_ARCHIVE: {"drill": Number},
    EffectKind.CAPTURE: {"channel": str, "ts": str, "by": str},
    EffectKind.FILES: {"files": list[Number], "by": str},
    EffectKind.CATCH_UP: {"channel": str, "person": str},
    EffectKind.ARCHIVE: {"channel": (str, "")},
    EffectKind.UNFURL: {"channel": str, "ts": str, "urls": list[str], "until": MomentShape},
    EffectKind.CHART: {"to": str, "words": str},
    EffectKind.HOT_LIST: {"on": DayShape},
    EffectKind.LEARNINGS: {"kind": Annotated[str, AfterValidator(_learnings)], "on": DayShape},
    EffectKind.SUCCESS_PACK: {"to": str, "on": DayShape},
    EffectKind.POLICY_CHANGE: {"change": Number},
    EffectKind.DIGEST: {"to": str, "on": DayShape},
    EffectKind.SPONSOR_DIGEST: {"to": str},
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
    "names": (list[Number], []),
    "left_out": (list[Number], []),
    "incident": (Number | None, None),
    "waits_for": (str | None, None),
}
# Messages outside that are drawn again from what was stored of them; of the others only what they mention is read.
_DRAWN_AGAIN: Final = (EffectKind.ANNOUNCEMENT, EffectKind.DIRECT, EffectKind.TEAM, EffectKind.UNFURL)


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
