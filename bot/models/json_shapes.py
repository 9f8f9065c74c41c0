"""The shapes of values inside JSON columns, whose class says only whether they are a list or a mapping.

Those that depend on the kind of the row are in `bot.models.work_shapes`.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, Field, TypeAdapter
from sqlalchemy import Column

from bot.models.json_values import AnyMapping, DayShape, KnownRoute, MomentShape, Number
from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.record.action_items import ActionState
from bot.policy.record.customer_texts import Arrival, TextRoute, TextState
from bot.policy.record.escalation import PageCause, RouteState
from bot.policy.record.level_requests import LevelRequestKind
from bot.policy.record.obligations import ObligationKind
from bot.policy.record.team_routes import TeamRouteKind, TeamRouteState


def _request_kind(text: str) -> str:
    return LevelRequestKind(text).value


def _subject(text: str) -> str:
    return NoticeSubject(text).value


def _page_cause(text: str) -> str:
    return PageCause(text).value


def _route_state(text: str) -> str:
    return RouteState(text).value


class _LevelRequestShape(BaseModel):
    id: int
    kind: Annotated[str, AfterValidator(_request_kind)]
    level: str
    by: str
    reason: str
    asked_at: MomentShape


class _CaseReviewShape(BaseModel):
    id: int
    owner: str
    due_at: MomentShape


class _UndoneResolutionShape(BaseModel):
    fixed: str
    confirmed_by: str | None
    confirmed_how: str | None
    evidence: str | None


class _BeforeEndShape(BaseModel):
    status: Literal["open", "mitigated"]
    customer: MomentShape | None
    internal: MomentShape | None
    undone: _UndoneResolutionShape | None = None


def _text_state(text: str) -> str:
    return TextState(text).value


def _text_route(text: str) -> str:
    return TextRoute(text).value


def _arrival(text: str) -> str:
    return Arrival(text).value


class _OpenTextShape(BaseModel):
    id: Number
    update: Number
    state: Annotated[str, AfterValidator(_text_state)]
    route: Annotated[str, AfterValidator(_text_route)] | None
    by: str
    at: MomentShape
    asked_of: str | None
    expires_at: MomentShape | None
    why: str | None


class _RecipientShape(BaseModel):
    to: str
    state: Annotated[str, AfterValidator(_arrival)]
    at: MomentShape | None
    why: str | None


class _PageReasonShape(BaseModel):
    cause: Annotated[str, AfterValidator(_page_cause)]
    due: MomentShape


class _HandoverShape(BaseModel):
    role: str
    person: str
    by: str
    asked_at: MomentShape
    expires_at: MomentShape


def _obligation(text: str) -> str:
    return ObligationKind(text).value


class _ObligationShape(BaseModel):
    kind: Annotated[str, AfterValidator(_obligation)]
    person: str
    since: MomentShape
    due_at: MomentShape | None
    about: str
    by: str | None


class _WaitShape(BaseModel):
    since: MomentShape
    by: str
    reason: str
    until: MomentShape
    paused: list[str]


class _OpenItemShape(BaseModel):
    id: Number
    what: str
    owner: str
    due_on: DayShape


def _action_state(text: str) -> str:
    return ActionState(text).value


class _ToldItemShape(BaseModel):
    id: Number
    what: str
    due_on: DayShape
    state: Annotated[str, AfterValidator(_action_state)]


class _PlanTextShape(BaseModel):
    update: Number
    criteria: str
    words: str
    due_on: DayShape | None
    items: list[_ToldItemShape]


class _OpenCallShape(BaseModel):
    id: Number
    at: MomentShape
    owner: str
    link: str | None


class _RouteShape(BaseModel):
    route: KnownRoute
    send: Number
    state: Annotated[str, AfterValidator(_route_state)]
    at: MomentShape
    why: str | None = None
    for_good: bool = False


class _LiveNoticeShape(BaseModel):
    subject: Annotated[str, AfterValidator(_subject)]
    to: str | None
    channel: str
    ts: str
    notice: dict[str, Any]
    # Of a message that stays while it offers something: what, and since when.
    offers: list[str] | None = None
    at: str | None = None


def _team_route(text: str) -> str:
    return TeamRouteKind(text).value


def _team_route_state(text: str) -> str:
    return TeamRouteState(text).value


class _TeamRouteShape(BaseModel):
    team: str
    route: Annotated[str, AfterValidator(_team_route)]
    to: str
    state: Annotated[str, AfterValidator(_team_route_state)]
    at: MomentShape
    why: str | None


_WordList = list[str]
# A message of ours: its channel and its timestamp.
_MessageList = list[Annotated[list[str], Field(min_length=2, max_length=2)]]


class _StatusCheckShape(BaseModel):
    """Whether an outage is on the status page, and who said so."""

    posted: bool
    by: str
    at: MomentShape


class _EntryShape(BaseModel):
    """The values of a timeline entry that are read, whatever its event; the others are only passed on."""

    incident: Number | None = None


# By table and column. Every JSON column has its shape here.
SHAPES: Final[Mapping[str, Any]] = {
    "account.contacts": _WordList,
    "account.extra": dict[str, str | int | float | bool | None],
    "customer_text.recipients": list[_RecipientShape],
    "directory_change.after": AnyMapping,
    "directory_change.before": AnyMapping,
    "directory_entry.data": AnyMapping,
    "drill.scenario": AnyMapping,
    "drill_event.findings": _WordList,
    "effect.payload": AnyMapping,
    "escalation.before_end": _BeforeEndShape,
    "escalation.case_review": _CaseReviewShape,
    "escalation.churn_signs": _WordList,
    "escalation.handovers": list[_HandoverShape],
    "escalation.live_notices": list[_LiveNoticeShape],
    "escalation.obligations": list[_ObligationShape],
    "escalation.open_items": list[_OpenItemShape],
    "escalation.open_text": _OpenTextShape,
    "escalation.outsiders": _WordList,
    "escalation.page_reasons": list[_PageReasonShape],
    "escalation.problems": dict[str, str],
    "escalation.reminded": dict[str, MomentShape],
    "escalation.requests": list[_LevelRequestShape],
    "escalation.status_call": _OpenCallShape,
    "escalation.status_check": _StatusCheckShape | None,
    "escalation.tags": _WordList,
    "escalation.team_routes": list[_TeamRouteShape],
    "escalation.trace": _WordList,
    "escalation.triggers": _WordList,
    "escalation.waiting": _WaitShape,
    "digest_choice.days": list[int],
    "sponsor_choice.days": list[int],
    "hot_list_post.ranks": dict[str, int],
    "incident.customers": _WordList,
    "known_bot.facts": dict[str, str | None],
    "replica.settings": dict[str, str],
    "level_request.messages": _MessageList,
    "posted_update.announced": AnyMapping,
    "page.routes": list[_RouteShape],
    "policy_change.changed": _WordList,
    "proposal.criteria": _WordList,
    "proposal.messages": _MessageList,
    "proposal.plan_texts": list[_PlanTextShape],
    "said_outside.payload": AnyMapping,
    "status_call.invited": _WordList,
    "status_page_reading.incidents": _WordList,
    "timeline.after": _EntryShape,
    "timeline.before": _EntryShape,
    "timer.data": AnyMapping,
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
    return None if wanted is AnyMapping else TypeAdapter(wanted)
