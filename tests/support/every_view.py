"""Every view there is, found by its type: each public function of `bot.views` that returns a message or a form.

Its arguments are made from their types, with one text in every text. So a new view is tried without being listed here.
"""

import dataclasses
import pkgutil
import types
import typing
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from importlib import import_module
from inspect import isfunction, signature
from itertools import count
from pathlib import Path
from random import Random
from typing import Annotated, Any, Final, Literal, TypeVar, get_args, get_origin
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from slack_sdk.models import JsonObject
from sqlalchemy import String

from bot import views
from bot.errors import BadInput
from bot.models.base import Base
from bot.policy.file.loading import PRESETS, load, preset
from bot.policy.model.facts import ACCOUNT
from bot.policy.model.rotas import Rota
from bot.policy.model.rules import Policy
from bot.policy.plan.stored_notices import NOTICES
from bot.policy.preview.simulation import simulate
from bot.policy.record.announcements.registry import ANNOUNCEMENTS
from bot.policy.record.channel import OpeningProblem
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER
from bot.policy.record.feed_lines import FEED_LINES
from bot.policy.record.payloads import Vocabulary
from bot.policy.time.durations import Duration
from bot.policy.training.material import shipped
from bot.ports.links import WebPage
from bot.ports.workspace import Block, Message, View
from bot.views.mail.letter import Letter
from bot.views.people.role_cards import CARDS

POLICY: Final = preset("sev")
# The same with what no preset has.
FULLER: Final = load(
    """
extends: sev
name: fuller
matrix:
  broken: {answers: {down: The service is down, part: A core feature fails}}
  affected: {answers: {all: Everyone, team: A team}}
  levels: {down: {all: sev1, team: sev2}, part: {all: sev3, team: sev4}}
levels:
  sev2: {plans: {premier: {response: 30m, cadence: {customer: 1h}}, free: {response: none, resolution: none}}}
""",
    "fuller.yml",
)
# Each is drawn; by name.
POLICIES: Final = {one.name: one for one in (*map(preset, PRESETS), FULLER)}
NOW: Final = datetime(2026, 3, 6, 15, tzinfo=UTC)
_TEAM, _TIER, _CATEGORY = POLICY.teams[0].key, POLICY.verification.tiers[0].key, POLICY.categories[0].key
# What isn't typed by people but is a key of the policy, an id of Slack's, or a word of ours, by the name of its field.
_NUMBERS: Final = count(1)
_OURS: Final = "Words of ours."
_LEVELS: Final = ("level", "before", "after", "chosen_level", "highest_level")
_CATEGORIES: Final = ("category", "chosen_category")
_TEAMS: Final = ("team", "copies", "teams")
_TIERS: Final = ("tier", "verification_tier")
_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys((*_LEVELS, "rung"), "sev2"),
    **dict.fromkeys(_CATEGORIES, _CATEGORY),
    **dict.fromkeys(_TEAMS, _TEAM),
    **dict.fromkeys(_TIERS, _TIER),
    "kind": "issue",
    "role": "fix_owner",
    "roles": "fix_owner",
    "cards": "fix_owner",
    "audiences": "customer",
    "clock": "response",
    **dict.fromkeys(("channel", "channel_id", "previous_channel_id", "message_channel"), "C01ESC"),
    "command": "/escalate",
    "response_url": "https://hooks.slack.com/commands/T01/1/a",
    "workspace_url": "https://acme.slack.com/",
    "channel_url": "https://acme.slack.com/archives/C01ESC",
    "answer_url": "https://escalate.example.com/l/abc",
    "emoji": ":fire:",
    "permalink": "https://acme.slack.com/archives/C01ESC/p1",
    # Sentences and names of ours, or of the policy.
    **dict.fromkeys(("watched", "unreadable", "warning", "signals", "checked"), "Words of ours."),
    "calendar": "24x7",
    "zone": "America/New_York",
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
    """Where a value is one of several, which one to make; what could be chosen is noted by the name of the field.

    With `dice` each value is drawn by lot, also moments, counts, durations and levels.
    """

    texts: Mapping[str, str]
    taken: Mapping[tuple[str, int], int]
    are_absent: bool = False
    found: set[tuple[str, int]] = field(default_factory=set)
    policy: Policy = POLICY
    dice: Random | None = None

    def of(self, name: str, options: Sequence[Any], *, ordinary: int = 0) -> Any:
        """Return the option that is taken for this field, else the ordinary one."""
        if self.dice is not None:
            return self.dice.choice(options)
        place = (name, len(options))
        self.found.add(place)
        return options[self.taken.get(place, ordinary)]

    def word(self, name: str, ordinary: str) -> str:
        """Return a key of this policy, for a field that holds one."""
        keys = _keys(self.policy.name, name)
        if not keys or (ordinary in keys and self.dice is None):
            return ordinary
        return self.dice.choice(keys) if self.dice is not None else keys[min(1, len(keys) - 1)]


@cache
def _keys(policy_name: str, name: str) -> Sequence[str]:
    """Return the keys of a preset that a field of that name may hold."""
    policy = POLICIES[policy_name]
    if name in _LEVELS:
        return [one.code for one in policy.levels]
    if name in _CATEGORIES:
        return [one.key for one in policy.categories]
    if name in _TEAMS:
        return [one.key for one in policy.teams]
    if name == "kind":
        return ["issue", ACCOUNT]
    if name == "clock":
        return ["response", "resolution"]
    if name == "rung":
        return [one.key for one in policy.ladder]
    if name == "cards":
        return list(CARDS)
    if name == "role":
        return [FIX_OWNER, RELATIONSHIP_OWNER]
    return [one.key for one in policy.verification.tiers] if name in _TIERS else []


CHOICES: Final[ContextVar[Choices | None]] = ContextVar("choices", default=None)
_KEYS: Final[Mapping[str, str]] = {"problems": OpeningProblem.INVITATIONS.value}
# The views that draw a stored message, and all messages there are.
_STORED: Final[Mapping[str, Vocabulary[Any]]] = {
    "announcements.draw": ANNOUNCEMENTS,
    "notices.draw": NOTICES,
    "overview.feed.draw": FEED_LINES,
}
# Parts of which views are made, and what reads the value of a button, which stories try.
_NO_WORDS: Final = (
    *("kit.text.", "kit.ids.", "kit.form_values.", "kit.parts.", "kit.block_checks.", "kit.lines.line"),
    "overview.find_results.place_of",
)
# Kits, and views that are handed what others have drawn.
_LEFT_OUT: Final = (
    "kit.parts.",
    "kit.block_checks.",
    "kit.info_form.",
    "categories.category_form.triggers",
    "channel.channel_messages.slack_returned",
    "kit.offers.offering",
)


def every_view() -> Mapping[str, Callable[..., object]]:
    """Return the views by module and name."""
    return _functions(_returns_a_view, _LEFT_OUT)


def every_page() -> Mapping[str, Callable[..., object]]:
    """Return what draws the page of a link."""
    return _functions(lambda function: _hints(function).get("return") is WebPage, _LEFT_OUT)


def every_part() -> Mapping[str, Callable[..., object]]:
    """Return what draws a part of a view: each public function that returns texts or blocks."""
    return _functions(_returns_a_part, _NO_WORDS)


def every_constant() -> Mapping[str, str]:
    """Return the sentences of the views that are constants."""
    return {
        f"{module.name.removeprefix('bot.views.')}.{name}": value
        for module in pkgutil.walk_packages(views.__path__, f"{views.__name__}.")
        for name, value in vars(import_module(module.name)).items()
        if isinstance(value, str) and name.isupper() and " " in value
    }


def _functions(
    is_one: Callable[[Callable[..., object]], bool], left_out: tuple[str, ...]
) -> Mapping[str, Callable[..., object]]:
    found = {}
    for module in pkgutil.walk_packages(views.__path__, f"{views.__name__}."):
        for name, function in vars(import_module(module.name)).items():
            is_its_own = isfunction(function) and function.__module__ == module.name and not name.startswith("_")
            place = f"{module.name.removeprefix('bot.views.')}.{name}"
            if is_its_own and is_one(function) and not place.startswith(left_out):
                found[place] = function
    return found


def _returns_a_view(function: Callable[..., object]) -> bool:
    returned = _hints(function).get("return")
    return any(one in (Message, View, Letter) for one in (returned, *_members(returned)))


def _returns_a_part(function: Callable[..., object]) -> bool:
    returned = _hints(function).get("return")
    # What takes a `view` reads a form as Slack sends it back.
    return (
        not _returns_a_view(function)
        and "view" not in _hints(function)
        and any(part is str or (isinstance(part, type) and issubclass(part, JsonObject)) for part in _all_in(returned))
    )


def _all_in(hint: Any) -> Iterator[Any]:
    """Yield a type and those it is made of."""
    yield hint
    for inner in get_args(hint):
        yield from _all_in(inner)


def calls(place: str, function: Callable[..., object], typed: str) -> Iterator[dict[str, Any]]:
    """Yield arguments with a text in every text; one call for each class that an argument may be of."""
    hints = _hints(function)
    if place in _STORED:
        for kind in _STORED[place].kinds.values():
            stored = {"payload": _STORED[place].payload_of(made(kind, typed))}
            yield stored | {name: made(hints[name], typed, name) for name in hints if name not in ("payload", "return")}
        return
    if place == "policies.policy_answer.draw":
        free: dict[str, Any] = {"triggers": frozenset(), "kind": None, "health": 70, "tier": None, "health_state": None}
        free |= {"level": made(str, typed, "level"), "broken": None, "affected": None}
        asked = dataclasses.replace(made(hints["asked"], typed), **free)
        # A policy without categories is asked nothing about one.
        with suppress(BadInput):
            yield {"asked": asked, "answer": simulate(asked)}
        return
    names = [name for name in signature(function).parameters if name in hints]
    # Texts handed to a view by themselves are markup of ours already.
    ours = ("text", "then", "words", "move", "besides")
    ready: dict[str, Any] = {name: _OURS for name in names if hints[name] in (str, str | None) and name in ours}
    ready |= {name: (_OURS,) for name in names if hints[name] == Sequence[str] and name in ours}
    choices = {name: _choices(hints[name]) for name in names}
    for turn in range(max((len(each) for each in choices.values()), default=1)):
        yield {name: made(each[min(turn, len(each) - 1)], typed, name) for name, each in choices.items()} | ready


@cache
def _others(hint: Any) -> Sequence[Any]:
    """Return the members of a union without None."""
    return [one for one in _members(hint) if one is not type(None)]


@cache
def _origin(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    return get_origin(hint), get_args(hint)


def _choices(hint: Any) -> Sequence[Any]:
    members = [one for one in _members(hint) if one is not type(None)]
    return members if members and all(dataclasses.is_dataclass(one) for one in members) else [hint]


@cache
def _members(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (typing.Union, types.UnionType) else ()


def made(hint: Any, typed: str, name: str = "") -> Any:
    """Return a value of a type, in which each text that people may have typed is `typed`."""
    return _maker(hint, name)(typed, CHOICES.get())


# Makes a value of a text and the choices. There is one for each type and name: they are asked millions of times.
_Maker = Callable[[str, Choices | None], Any]


@cache
def _maker(hint: Any, name: str) -> _Maker:  # noqa: C901, PLR0911, PLR0912 - one line for each type
    if _members(hint):
        return _of_union([_maker(one, name) for one in _others(hint)], name, is_optional=type(None) in _members(hint))
    if hint is Duration:
        return _by_lot(name, _DURATIONS, _of_class(hint, ()))
    if isinstance(hint, TypeVar):
        return _maker(hint.__bound__ or str, name)
    origin, inner = _origin(hint)
    if hint is str:
        return _of_text(name)
    if hint == Block:
        return lambda _typed, _choices: {"type": "section", "text": {"type": "plain_text", "text": "A block."}}
    if hint is int and name in ("number", "id"):
        return lambda _typed, _choices: next(_NUMBERS)
    if hint is bool:
        return lambda _typed, choices: (
            True if choices is None else choices.of(name, (True, False), ordinary=1 if choices.are_absent else 0)
        )
    if hint in _SIMPLE:
        simple: _Maker = lambda _typed, _choices: _SIMPLE[hint]  # noqa: E731 - one line for each type
        return _by_lot(name, _DRAWN[hint], simple) if hint in _DRAWN else simple
    if hint is Policy:
        return lambda _typed, choices: choices.policy if choices else POLICY
    if origin is Annotated:
        return _maker(inner[0], name)
    if origin is Literal:
        return lambda _typed, choices: choices.of(name, inner) if choices else inner[0]
    if isinstance(hint, type) and issubclass(hint, Enum):
        members = list(hint)
        return lambda _typed, choices: choices.of(name, members) if choices else members[0]
    if origin in (tuple, list, Sequence, Iterable, Collection, set, frozenset):
        kinds = [one for one in inner if one is not Ellipsis]
        is_pair = origin is tuple and Ellipsis not in inner
        each = [_maker(one, name) for one in (kinds if is_pair else [kinds[0]] * 2)]
        gathered = frozenset if origin in (set, frozenset) else tuple
        return lambda typed, choices: gathered([make(typed, choices) for make in each])
    if origin in (dict, Mapping):
        return _of_mapping(inner, name)
    if isinstance(hint, type) and issubclass(hint, tuple) and hasattr(hint, "_fields"):
        fields = {field: _maker(kind, field) for field, kind in _hints(hint).items()}
        return lambda typed, choices: hint(**{field: make(typed, choices) for field, make in fields.items()})
    if dataclasses.is_dataclass(origin or hint):
        return _of_class(origin or hint, inner)
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return lambda _typed, choices: _of_policy(hint, choices)
    if origin is Callable or hint is Any or hint is object:
        return lambda _typed, _choices: None
    return _unknown(hint, name)


def _by_lot(name: str, drawn: Sequence[Any], ordinary: _Maker) -> _Maker:
    return lambda typed, choices: (
        choices.of(name, drawn) if choices and choices.dice is not None else ordinary(typed, choices)
    )


def _of_union(makers: Sequence[_Maker], name: str, *, is_optional: bool) -> _Maker:
    nothing: _Maker = lambda _typed, _choices: None  # noqa: E731 - an option among others
    options = [*makers, *([nothing] if is_optional else [])]

    def make(typed: str, choices: Choices | None) -> Any:
        if choices is None:
            return makers[0](typed, None)
        taken: _Maker = choices.of(name, options, ordinary=-1 if choices.are_absent else 0)
        return taken(typed, choices)

    return make


def _of_text(name: str) -> _Maker:
    ours, longest = _WORDS.get(name), _LONGEST.get(name)

    def make(typed: str, choices: Choices | None) -> str:
        if choices and name in choices.texts:
            return choices.texts[name]
        if name == "key":
            return f"key_{next(_NUMBERS)}"
        word = typed[:longest] if ours is None else ours
        return choices.word(name, word) if choices else word

    return make


def _of_mapping(inner: tuple[Any, ...], name: str) -> _Maker:
    if Any in inner:
        nothing: _Maker = lambda _typed, _choices: {}  # noqa: E731 - what else is there
        return nothing
    key, value = _maker(inner[0], name), _maker(inner[1], name)

    def make(typed: str, choices: Choices | None) -> Any:
        if name == "holders" and choices:
            return {role: value(typed, choices) for role in (FIX_OWNER, RELATIONSHIP_OWNER)}
        return {_KEYS.get(name, key(typed, choices)): value(typed, choices)}

    return make


def _of_class(kind: Any, inner: tuple[Any, ...]) -> _Maker:
    given = dict(zip(getattr(kind, "__parameters__", ()), inner, strict=False))

    @cache
    def fields() -> Sequence[tuple[str, _Maker]]:
        return [(name, _maker(_filled(hint, given) if given else hint, name)) for name, hint in _fields(kind)]

    return lambda typed, choices: kind(**{name: make(typed, choices) for name, make in fields()})


def _unknown(hint: Any, name: str) -> _Maker:
    def make(_typed: str, _choices: Choices | None) -> Any:
        raise NotImplementedError(f"{name}: {hint}: say here how one is made")

    return make


_SIMPLE: Final[Mapping[Any, Any]] = {
    int: 1,
    float: 1.0,
    bool: True,
    datetime: NOW,
    date: NOW.date(),
    timedelta: timedelta(hours=1),
    ZoneInfo: ZoneInfo("America/New_York"),
    Decimal: Decimal(1),
    Path: Path("policy.yml"),
}
# What is drawn by lot.
_DURATIONS: Final = tuple(map(Duration.parse, ("30m", "1h", "1bd", "4bh")))
_DRAWN: Final[Mapping[Any, Sequence[Any]]] = {
    int: (0, 1, 3),
    datetime: tuple(NOW + timedelta(minutes=minutes) for minutes in (-4320, -60, 0, 45, 4320)),
    date: tuple(NOW.date() + timedelta(days=days) for days in (-3, 0, 10)),
    timedelta: (timedelta(0), timedelta(minutes=30), timedelta(hours=1), timedelta(days=2)),
}


@cache
def _fields(kind: Any) -> Sequence[tuple[str, Any]]:
    """Return the names and types of what a dataclass is made of."""
    hints = _hints(kind)
    names = [one.name for one in dataclasses.fields(kind) if one.init and not one.name.startswith("_")]
    return [(name, hints[name]) for name in names]


def _filled(hint: Any, given: Mapping[Any, Any]) -> Any:
    """Return a hint whose type variables are replaced."""
    if hint in given:
        return given[hint]
    inner = getattr(hint, "__parameters__", ())
    return hint[tuple(given.get(one, str) for one in inner)] if inner and given else hint


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    """Return the types of a function's arguments or a class's fields."""
    return typing.get_type_hints(kind)


@cache
def _parts(name: str, kind: type[BaseModel]) -> Sequence[Any]:
    """Return the parts of that preset of that class, in its order, and of the shipped training material."""
    found: list[Any] = []
    waiting: list[Any] = [POLICIES[name], shipped()]
    while waiting:
        one: Any = waiting.pop(0)
        if isinstance(one, kind):
            found.append(one)
        elif isinstance(one, BaseModel):
            waiting += [getattr(one, name) for name in type(one).model_fields]
        elif isinstance(one, Mapping):
            waiting += one.values()
        elif isinstance(one, list | tuple):
            waiting += one
    return found


def _of_policy(kind: type[BaseModel], choices: Choices | None) -> Any:
    """Return a part of the policy of that class: it isn't typed in Slack."""
    if found := _parts((choices.policy if choices else POLICY).name, kind) or _parts(POLICY.name, kind):
        return choices.dice.choice(found) if choices and choices.dice is not None else found[0]
    # A part of the directory, which is written in a file too.
    if kind is Rota:
        return Rota.model_validate({"people": ["U01DANA", "U01ELI"], "starts_at": "2026-01-05T09:00", "every": "1w"})
    needed = {name: one for name, one in kind.model_fields.items() if one.is_required()}
    return kind(**{name: made(one.annotation, "typed", name) for name, one in needed.items()})
