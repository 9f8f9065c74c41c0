"""Every view there is, found by its type: each public function of `bot.views` that returns a message or a form.

Its arguments are made from their types, with one text in every text. So a new view is tried without being listed here.
"""

import dataclasses
import pkgutil
import types
import typing
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from importlib import import_module
from inspect import isfunction, signature
from itertools import count
from typing import Annotated, Any, Final, Literal, TypeVar, get_args, get_origin
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from sqlalchemy import String

from bot import views
from bot.models.base import Base
from bot.policy.file.loading import load, preset
from bot.policy.model.rules import Policy
from bot.policy.plan.stored_notices import NOTICES
from bot.policy.record.announcements.registry import ANNOUNCEMENTS
from bot.policy.record.channel import OpeningProblem
from bot.policy.record.feed_lines import FEED_LINES
from bot.policy.record.payloads import Vocabulary
from bot.ports.workspace import Block, Message, View

POLICY: Final = preset("sev")
# The same with what no preset has.
FULLER: Final = load(
    """
extends: sev
matrix:
  broken: {answers: {down: The service is down, part: A core feature fails}}
  affected: {answers: {all: Everyone, team: A team}}
  levels: {down: {all: sev1, team: sev2}, part: {all: sev3, team: sev4}}
levels:
  sev2: {plans: {premier: {response: 30m, cadence: {customer: 1h}}, free: {response: none, resolution: none}}}
""",
    "fuller.yml",
)
NOW: Final = datetime(2026, 3, 6, 15, tzinfo=UTC)
_TEAM, _TIER, _CATEGORY = POLICY.teams[0].key, POLICY.verification.tiers[0].key, POLICY.categories[0].key
# What isn't typed by people but is a key of the policy, an id of Slack's, or a word of ours, by the name of its field.
_NUMBERS: Final = count(1)
_OURS: Final = "Words of ours."
_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("level", "before", "after", "chosen_level", "highest_level", "rung"), "sev2"),
    **dict.fromkeys(("category", "chosen_category"), _CATEGORY),
    **dict.fromkeys(("team", "copies"), _TEAM),
    **dict.fromkeys(("tier", "verification_tier"), _TIER),
    "kind": "issue",
    "role": "fix_owner",
    "audiences": "customer",
    "clock": "response",
    **dict.fromkeys(("channel", "channel_id", "previous_channel_id", "message_channel"), "C01ESC"),
    "command": "/escalate",
    "response_url": "https://hooks.slack.com/commands/T01/1/a",
    "workspace_url": "https://acme.slack.com/",
    "emoji": ":fire:",
    "permalink": "https://acme.slack.com/archives/C01ESC/p1",
    # Sentences and names of ours, or of the policy.
    **dict.fromkeys(("watched", "unreadable", "warning", "signals", "checked"), "Words of ours."),
    "calendar": "24x7",
    "health": "70",
}
# The longest text of a column by its name; a form takes no more, and neither does the database.
_LONGEST: Final[Mapping[str, int]] = {
    column.name: min(column.type.length or 3000, 3000)
    for table in Base.metadata.tables.values()
    for column in table.columns
    if isinstance(column.type, String)
}


@dataclass
class Choices:
    """Where a value is one of several, which one to make; what could be chosen is noted by the name of the field."""

    texts: Mapping[str, str]
    taken: Mapping[tuple[str, int], int]
    are_absent: bool = False
    found: set[tuple[str, int]] = field(default_factory=set)

    def of(self, name: str, options: Sequence[Any], *, ordinary: int = 0) -> Any:
        """Return the option that is taken for this field, else the ordinary one."""
        place = (name, len(options))
        self.found.add(place)
        return options[self.taken.get(place, ordinary)]


CHOICES: Final[ContextVar[Choices | None]] = ContextVar("choices", default=None)
_KEYS: Final[Mapping[str, str]] = {"problems": OpeningProblem.INVITATIONS.value}
# The views that draw a stored message, and all messages there are.
_STORED: Final[Mapping[str, Vocabulary[Any]]] = {
    "announcements.draw": ANNOUNCEMENTS,
    "notices.draw": NOTICES,
    "overview.feed.draw": FEED_LINES,
}
# Parts of which views are made; and one that is drawn from a form as Slack sends it back, which a story tries.
# Kits, and views that are handed what others have drawn.
_LEFT_OUT: Final = (
    "kit.parts.",
    "kit.info_form.",
    "categories.category_form.triggers",
    "channel.channel_messages.slack_returned",
)


def every_view() -> Mapping[str, Callable[..., object]]:
    """Return the views by module and name."""
    found = {}
    for module in pkgutil.walk_packages(views.__path__, f"{views.__name__}."):
        for name, function in vars(import_module(module.name)).items():
            is_its_own = isfunction(function) and function.__module__ == module.name and not name.startswith("_")
            place = f"{module.name.removeprefix('bot.views.')}.{name}"
            if is_its_own and _returns_a_view(function) and not place.startswith(_LEFT_OUT):
                found[place] = function
    return found


def _returns_a_view(function: Callable[..., object]) -> bool:
    returned = typing.get_type_hints(function).get("return")
    return any(one in (Message, View) for one in (returned, *_members(returned)))


def calls(place: str, function: Callable[..., object], typed: str) -> Iterator[dict[str, Any]]:
    """Yield arguments with a text in every text; one call for each class that an argument may be of."""
    hints = typing.get_type_hints(function)
    if place in _STORED:
        for kind in _STORED[place].kinds.values():
            stored = {"payload": _STORED[place].payload_of(made(kind, typed))}
            yield stored | {name: made(hints[name], typed, name) for name in hints if name not in ("payload", "return")}
        return
    names = [name for name in signature(function).parameters if name in hints]
    # Texts handed to a view by themselves are markup of ours already.
    ready = {name: _OURS for name in names if hints[name] is str and name in ("text", "then", "words", "move")}
    choices = {name: _choices(hints[name]) for name in names}
    for turn in range(max((len(each) for each in choices.values()), default=1)):
        yield {name: made(each[min(turn, len(each) - 1)], typed, name) for name, each in choices.items()} | ready


def _choices(hint: Any) -> Sequence[Any]:
    members = [one for one in _members(hint) if one is not type(None)]
    return members if members and all(dataclasses.is_dataclass(one) for one in members) else [hint]


def _members(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (typing.Union, types.UnionType) else ()


def made(hint: Any, typed: str, name: str = "") -> Any:  # noqa: C901, PLR0911, PLR0912 - one line for each type
    """Return a value of a type, in which each text that people may have typed is `typed`."""
    choices = CHOICES.get()
    if members := [one for one in _members(hint) if one is not type(None)]:
        if choices:
            options = [*members, *([None] if len(members) < len(_members(hint)) else [])]
            taken = choices.of(name, options, ordinary=-1 if choices.are_absent else 0)
            return None if taken is None else made(taken, typed, name)
        return made(members[0], typed, name)
    if isinstance(hint, TypeVar):
        return made(hint.__bound__ or str, typed, name)
    origin, inner = get_origin(hint), get_args(hint)
    if hint is str:
        if choices and name in choices.texts:
            return choices.texts[name]
        return f"key_{next(_NUMBERS)}" if name == "key" else _WORDS.get(name, typed[: _LONGEST.get(name)])
    if hint == Block:
        return {"type": "section", "text": {"type": "plain_text", "text": "A block."}}
    if hint is int and name in ("number", "id"):
        return next(_NUMBERS)
    if choices and hint is bool:
        return choices.of(name, (True, False), ordinary=1 if choices.are_absent else 0)
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    if hint is Policy:
        return choices.of(name, (POLICY, FULLER)) if choices else POLICY
    if origin is Annotated:
        return made(inner[0], typed, name)
    if origin is Literal:
        return choices.of(name, inner) if choices else inner[0]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return choices.of(name, list(hint)) if choices else next(iter(hint))
    if origin in (tuple, list, Sequence, Collection, set, frozenset):
        kinds = [one for one in inner if one is not Ellipsis]
        is_pair = origin is tuple and Ellipsis not in inner
        values = (
            [made(one, typed, name) for one in kinds] if is_pair else [made(kinds[0], typed, name) for _ in range(2)]
        )
        return frozenset(values) if origin in (set, frozenset) else tuple(values)
    if origin in (dict, Mapping):
        return {} if Any in inner else {_KEYS.get(name, made(inner[0], typed, name)): made(inner[1], typed, name)}
    if dataclasses.is_dataclass(origin or hint):
        return _instance(origin or hint, inner, typed)
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return _of_policy(hint)
    if origin is Callable or hint is Any or hint is object:
        return None
    raise NotImplementedError(f"{name}: {hint}: say here how one is made")


_SIMPLE: Final[Mapping[Any, Any]] = {
    int: 1,
    float: 1.0,
    bool: True,
    datetime: NOW,
    date: NOW.date(),
    timedelta: timedelta(hours=1),
    ZoneInfo: ZoneInfo("America/New_York"),
    Decimal: Decimal(1),
}


def _instance(kind: Any, inner: tuple[Any, ...], typed: str) -> Any:
    hints = typing.get_type_hints(kind)
    given = dict(zip(getattr(kind, "__parameters__", ()), inner, strict=False))
    fields = [one for one in dataclasses.fields(kind) if one.init and not one.name.startswith("_")]
    return kind(**{one.name: made(_filled(hints[one.name], given), typed, one.name) for one in fields})


def _filled(hint: Any, given: Mapping[Any, Any]) -> Any:
    """Return a hint whose type variables are replaced."""
    if hint in given:
        return given[hint]
    inner = getattr(hint, "__parameters__", ())
    return hint[tuple(given.get(one, str) for one in inner)] if inner and given else hint


@cache
def _of_policy(kind: type[BaseModel]) -> Any:
    """Return a part of the policy of that class: it isn't typed in Slack."""
    waiting: list[Any] = [POLICY]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, kind):
            return one
        if isinstance(one, BaseModel):
            waiting += [getattr(one, name) for name in type(one).model_fields]
        elif isinstance(one, Mapping):
            waiting += one.values()
        elif isinstance(one, list | tuple):
            waiting += one
    # A part of the directory, which is written in a file too.
    needed = {name: one for name, one in kind.model_fields.items() if one.is_required()}
    return kind(**{name: made(one.annotation, "typed", name) for name, one in needed.items()})
