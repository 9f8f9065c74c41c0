"""What people read: every view in every state, drawn with sample facts, one text after another.

A state is one other choice among the facts (another status, nobody named, no channel); what it says that the view did
not say before is kept.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.ports.workspace import Message
from tests.support.every_view import CHOICES, Choices, calls, every_view

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
# These hand what is stored to the views of the features, which are here by themselves.
_ONLY_DISPATCH: Final = ("announcements.draw", "notices.draw")
_ELSE: Final = "Typed text"
_MARKUP: Final = (
    (re.compile(r"<!date\^\d+\^[^|]*\|([^>]*)>"), r"\1"),
    (re.compile(r"<@[A-Z0-9]+>"), "@Ana"),
    (re.compile(r"<#[A-Z0-9]+(?:\|[^>]*)?>"), "#esc-1-acme"),
    (re.compile(r"<(https?://[^|>]+)\|([^>]*)>"), r"\2"),
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
    """What one view says, in the order of reading; `states` are what its other states say besides."""

    place: str
    first: tuple[str, ...]
    states: tuple[tuple[str, ...], ...]

    @property
    def all(self) -> frozenset[str]:
        """Return every text once."""
        return frozenset(self.first).union(*self.states)


def every_word(*, are_varied: bool = True) -> Iterator[Words]:
    """Yield what each view says; with `are_varied` in every state, which takes a minute or two."""
    for place, function in sorted(every_view().items()):
        if place in _ONLY_DISPATCH:
            continue
        seen: set[str] = set()
        states = []
        for drawn in _drawn(place, function, are_varied=are_varied):
            # Numbers differ each time, and say nothing new.
            kinds = {re.sub(r"\d+", "0", text): text for text in reversed(tuple(texts(drawn)))}
            said = tuple(kinds[kind] for kind in reversed(kinds) if kind not in seen)
            seen.update(kinds)
            if said:
                states.append(said)
        if states:
            yield Words(place, states[0], tuple(states[1:]))


def _drawn(place: str, function: Callable[..., object], *, are_varied: bool) -> Iterator[object]:
    """Yield what a view draws with all facts there, with all absent, and, when varied, with each other choice."""
    facts = {**_TYPED, **_PEOPLE}
    everything = Choices(facts, {})
    yield from _once(place, function, everything)
    yield from _once(place, function, Choices(facts, {}, are_absent=True))
    for name, count in sorted(everything.found) if are_varied else ():
        for other in range(1, count):
            yield from _once(place, function, Choices(facts, {(name, count): other}))


def _once(place: str, function: Callable[..., object], choices: Choices) -> list[object]:
    """Return what a view draws of these choices; facts that never come together are left out."""
    found = []
    token = CHOICES.set(choices)
    try:
        for given in calls(place, function, _ELSE):
            with suppress(ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError):
                found.append(function(**given))
    finally:
        CHOICES.reset(token)
    return found


def texts(drawn: object, kind: str = "") -> Iterator[str]:
    """Yield the texts of a message or form in the order of reading, as a person sees them."""
    if isinstance(drawn, Message):
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


def literals(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield file and text of each literal of more than two words in the code, without docstrings."""
    for file in sorted(folder.rglob("*.py")) if folder.is_dir() else [folder]:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation
            if is_text and len(str(node.value).split()) > 2:  # type: ignore[attr-defined]
                yield f"{file.name}:{node.lineno}", str(node.value)  # type: ignore[attr-defined]


def _plain(text: str) -> str:
    for pattern, shown in _MARKUP:
        text = pattern.sub(shown, text)
    return text


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, without emoji and bullets; what stands between · is one each."""
    bare = re.sub(r":[a-z0-9_+-]+:|[*_`•]", "", text)
    return [one.strip() for one in re.split(r"(?<=[.?!])\s+|\n| · ", bare) if one.strip()]


def page(words: list[Words]) -> str:
    """Return all of it as Markdown to read from top to bottom."""
    parts = ["# Every word\n"]
    for one in words:
        parts.append(f"## {one.place}\n")
        parts.append("\n".join(f"> {line}" for text in one.first for line in text.split("\n")) + "\n")
        parts += ["\n".join(f"- {line}" for text in state for line in text.split("\n")) + "\n" for state in one.states]
    return "\n".join(parts)
