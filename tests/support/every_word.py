"""Every sentence people read: every view in every state, drawn with sample facts, one text after another.

A state is one other choice among the facts (another status, nobody named, no channel); what it says that the view did
not say before is kept.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from random import Random
from typing import Final
from unittest.mock import patch

from slack_sdk.models import JsonObject as BasicObject

from bot.errors import EscalateError
from bot.ports.links import WebPage
from bot.ports.workspace import Message
from bot.views.kit import lines
from bot.views.kit.events import EVENTS
from bot.views.mail.letter import Letter
from bot.views.overview import help  # noqa: A004 - the view's name
from tests.support.every_literal import helps, literals
from tests.support.every_view import (
    CHOICES,
    POLICIES,
    Choices,
    calls,
    every_constant,
    every_page,
    every_part,
    every_view,
)
from tests.support.lived_words import lived

# What people would have typed, by the name of the field.
_TYPED: Final[Mapping[str, str]] = {
    **dict.fromkeys(("account", "account_name", "name"), "Acme"),
    **dict.fromkeys(("summary", "title", "what"), "Exports fail since noon"),
    **dict.fromkeys(("reason", "why", "because", "answer"), "They need it this week"),
    **dict.fromkeys(("fixed", "resolution"), "Rolled back the release"),
    **dict.fromkeys(("cause", "label"), "Expired certificate"),
    **dict.fromkeys(("url", "link"), "https://acme.example/1"),
    "channel_name": "esc-1-acme",
}
_PEOPLE: Final[Mapping[str, str]] = dict.fromkeys(
    ("by", "person", "asker", "before_person", "owner", "asked_by", "followed", "declared_by", "acknowledged_by"),
    "U01ANA",
)
# Words that decide what is drawn: one of them by lot.
_ONE_OF: Final[Mapping[str, tuple[str, ...]]] = {"topic": ("", help.COMMANDS, help.ROLES), "event": tuple(EVENTS)}
# These hand what is stored to the views of the features, which are here by themselves.
_ONLY_DISPATCH: Final = ("announcements.draw", "notices.draw")
_ELSE: Final = "Typed text"
_NOTHING: Final = object()
_NEVER_TOGETHER: Final = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError),
    *(RuntimeError, StopIteration, EscalateError),
)
# Names that differ from policy to policy, and say nothing new either.
_NAMES: Final = re.compile(
    "|".join(
        sorted(
            {
                re.escape(getattr(one, "label", None) or one.name)  # type: ignore[attr-defined]
                for policy in POLICIES.values()
                for one in (*policy.levels, *policy.categories, *policy.teams)
            },
            key=len,
            reverse=True,
        )
    )
    + r"|:[a-z_]+:|U01ANA|Ana|Acme"
)
# How a channel, a length of time and a mail's address are written, which each view that shows one would say again.
_PLACE: Final = re.compile(r"(?:#[\w-]*|<#>)(?: \([^)]*\))?")
_LENGTH: Final = re.compile(r"(?:\d+ (?:business )?(?:s|min|h|d|days?|times?|minutes?|hours?)\b ?)+")
_ADDRESS: Final = re.compile(r"<mailto:[^|>]*\|([^>]*)>")
_MOMENT: Final = re.compile(r"\w{3} \d\d \w{3} \d\d:\d\d \w+|\d\d \w{3} \d{4}")
_MARKUP: Final = (
    (re.compile(r"<!date\^\d+\^[^|]*\|([^>]*)>"), r"\1"),
    (re.compile(r"<@[A-Z0-9]+>"), "@Ana"),
    (re.compile(r"<#[A-Z0-9]+(?:\|[^>]*)?>"), "#esc-1-acme"),
    (re.compile(r"<(?:https?://|mailto:)[^|>]+\|([^>]*)>"), r"\1"),
    (re.compile(r"&lt;"), "<"),
    (re.compile(r"&gt;"), ">"),
    (re.compile(r"&amp;"), "&"),
)
# Where a text stands in a block, and how it is shown.
_SHOWN: Final[Mapping[str, str]] = {
    "header": "# {}",
    "title": "# {}",
    "button": "[{}]",
    "submit": "[{}]",
    "close": "[{}]",
    "label": "{}:",
    "hint": "({})",
    "placeholder": "_{}_",
    "option": "- {}",
    "description": "({})",
}

_IN_ORDER: Final = (
    *("title", "label", "text", "fields", "element", "elements", "placeholder", "options", "option_groups"),
    *("description", "accessory", "hint", "blocks", "confirm", "submit", "close"),
)


@dataclass(frozen=True)
class Words:
    """The words of one view, line by line in the order of reading; `states` are what its other states say besides."""

    place: str
    first: tuple[str, ...]
    states: tuple[tuple[str, ...], ...]

    @property
    def all(self) -> frozenset[str]:
        """Return every line once."""
        return frozenset(self.first).union(*self.states)


@cache
def every_word(times: int = 25) -> tuple[Words, ...]:
    """Return what each view says, drawn by lot so many `times` with each policy. The same from run to run."""
    # What a damaged record makes a list log is not read here.
    with patch.object(lines, "note"):
        return tuple(one for one in _every_word(times) if one.first)


def _every_word(times: int) -> Iterator[Words]:
    heard: set[str] = set()
    for place, function in sorted({**every_view(), **every_page()}.items()):
        said = _said(place, function, set(), times)
        heard.update(_kind(sentence) for line in said.all for sentence in sentences(line))
        yield said
    for place, drawn in lived(POLICIES[min(POLICIES)]):
        yield _heard(place, drawn, set())
    for place, function in sorted(every_part().items()):
        yield _said(place, function, heard, times)
    for place, value in every_constant().items():
        yield _said(place, lambda value=value: value, heard, 0)


def never_drawn() -> list[str]:
    """Return the views and parts of views of which no facts at all make something."""
    tried = {**every_view(), **every_part()}
    with patch.object(lines, "note"):
        return [place for place, function in tried.items() if next(_drawn(place, function, 25), _NOTHING) is _NOTHING]


def _said(place: str, function: Callable[..., object], seen: set[str], times: int) -> Words:
    """Return what a view says, without what has been `seen`."""
    return _heard(place, () if place in _ONLY_DISPATCH else _drawn(place, function, times), seen)


def _heard(place: str, each: Iterable[object], seen: set[str]) -> Words:
    states = []
    for drawn in each:
        said = []
        for line in (line for text in texts(drawn) for line in text.split("\n") if line.strip("> ")):
            kinds = {_kind(sentence) for sentence in sentences(line)}
            if not kinds <= seen:
                seen |= kinds
                said.append(line)
        if said:
            states.append(tuple(said))
    return Words(place, states[0] if states else (), tuple(states[1:]))


def _kind(sentence: str) -> str:
    """Return a sentence without what differs from one drawing to the next and says nothing new."""
    alike = _ADDRESS.sub("A", _LENGTH.sub("0 ", _PLACE.sub("ESC-0", _MOMENT.sub("0", sentence))))
    return re.sub(r"\d+", "0", _NAMES.sub("N", alike))


def _drawn(place: str, function: Callable[..., object], times: int) -> Iterator[object]:
    """Yield what a view draws with all facts there, with all absent, and by lot."""
    facts = {**_TYPED, **_PEOPLE}
    yield from _once(place, function, Choices(facts, {}))
    yield from _once(place, function, Choices(facts, {}, are_absent=True))
    for policy in POLICIES.values():
        dice = Random(f"{place} {policy.name}")  # noqa: S311 - the same choices each time
        for _ in range(times):
            by_lot = {name: dice.choice(words) for name, words in _ONE_OF.items()}
            yield from _once(place, function, Choices({**facts, **by_lot}, {}, policy=policy, dice=dice))


def _once(place: str, function: Callable[..., object], choices: Choices) -> list[object]:
    """Return what a view draws of these choices; facts that never come together are left out."""
    found = []
    token = CHOICES.set(choices)
    try:
        for given in calls(place, function, _ELSE):
            with suppress(*_NEVER_TOGETHER):
                found.append(function(**given))
    finally:
        CHOICES.reset(token)
    return found


def texts(drawn: object, kind: str = "") -> Iterator[str]:
    """Yield the texts of a message or form in the order of reading, as a person sees them."""
    if isinstance(drawn, str):
        yield _plain(drawn)
    elif isinstance(drawn, BasicObject):
        yield from texts(drawn.to_dict(), kind)
    elif isinstance(drawn, Letter | WebPage):
        yield _plain(_outside_slack(drawn))
    elif isinstance(drawn, Message):
        yield from texts(list(drawn.blocks)) if drawn.blocks else (_plain(drawn.text),)
    elif isinstance(drawn, dict) and isinstance(text := drawn.get("text"), str):
        yield _SHOWN.get(kind, "{}").format(_plain(text))
    elif isinstance(drawn, dict):
        own = str(drawn.get("type", "option" if "value" in drawn else ""))
        for name in _IN_ORDER:
            yield from texts(drawn.get(name), own if name == "text" else name)
    elif isinstance(drawn, list | tuple):
        for each in drawn:
            yield from texts(each, kind)


def _outside_slack(drawn: Letter | WebPage) -> str:
    if isinstance(drawn, Letter):
        return f"# {drawn.subject}\n{drawn.text}"
    return "\n".join([f"# {drawn.title}", *drawn.lines, *(f"[{words}]" for words, _ in drawn.buttons)])


def _plain(text: str) -> str:
    for pattern, shown in _MARKUP:
        text = pattern.sub(shown, text)
    return text


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, without emoji and bullets; what stands between ·, ; or | is one each."""
    bare = re.sub(r":[a-z0-9_+-]+:|[*_`•]", "", text)
    return [one.strip() for one in re.split(r"(?<=[.?!;])\s+|\n| [·→|] |  +", bare) if one.strip()]


def page(words: Sequence[Words]) -> str:
    """Return all of it as Markdown to read from top to bottom: views as drawn, help pages, then what the code holds."""
    parts = ["# Every word\n"]
    for one in words:
        parts.append(f"## {one.place}\n")
        parts.append("\n".join(f"> {line}" for text in one.first for line in text.split("\n")) + "\n")
        parts += ["\n".join(f"- {line}" for text in state for line in text.split("\n")) + "\n" for state in one.states]
    for place, text in helps():
        parts.append(f"## {place}\n\n" + "\n".join(f"> {line}" for line in text.split("\n")) + "\n")
    drawn = {_kind(sentence) for one in words for line in one.all for sentence in sentences(line)}
    for file, held in groupby(literals(), key=lambda one: one[0].partition(":")[0]):
        lines = [f"- {text!r}" for _, text in held if not {*map(_kind, sentences(text))} <= drawn]
        parts += [f"## {file}\n", "\n".join(lines) + "\n"] if lines else []
    return "\n".join(parts)
