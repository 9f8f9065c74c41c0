"""The small language in which phrases are written, and what it is turned into (docs/wording.md#a-phrase).

    we|i will refund ..     words; alternatives; `..` up to four words in between (`..2` up to two)
    refund* you?            words that begin so; a word that may be missing
    {fixed} by? {soon}      lists of phrases; #clock, #date, #money, #share, #number and #version are numbers

It can't express a pattern that takes long on any text: gaps are bounded and stop at words such as "not".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_GAP: Final = re.compile(r"\.\.(\d?)")
_WORD: Final = re.compile(r"(?:[^\W_]|')+\*?|#[a-z]+|[;:]")
_NUMBERS: Final = ("#number", "#clock", "#date", "#money", "#share", "#version")
_WORDS_OF_A_GAP: Final = 4
_MOST_GAPS: Final = 4
_DEPTH: Final = 3  # lists that name lists
_MARKS: Final = (":", ";")
_COMMA: Final = "(?:, )?"
# Words that most sentences have, by which phrases are not looked up if they have others.
# fmt: off
_EVERYDAY: Final = frozenset((
    "we", "i", "you", "they", "he", "she", "it", "this", "that", "there", "the", "a", "an", "our", "your",
    "their", "its", "is", "are", "was", "were", "be", "been", "have", "has", "had", "will", "would", "should",
    "can", "could", "may", "might", "do", "does", "not", "no", "to", "of", "in", "on", "at", "by", "for", "from",
    "with", "and", "or", "as", "if", "so", "all", "any", "my", "me", "us", "them", "wir", "ich", "sie", "es",
    "das", "der", "die", "den", "dem", "des", "ein", "eine", "einen", "einer", "ist", "sind", "war", "wird",
    "werden", "wurde", "hat", "haben", "nicht", "zu", "von", "im", "in", "an", "auf", "bei", "bis", "für", "mit",
    "und", "oder", "als", "dass", "unser", "unsere", "ihr", "ihre", "ihnen", "kann", "können", "#number",
    "#clock", "#date",
))
# fmt: on


class BadPhraseError(ValueError):
    """A phrase can't be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """Words of which a sentence must have one for a phrase to be found in it: whole, or by their beginning."""

    words: frozenset[str]
    beginnings: frozenset[str]

    @property
    def cost(self) -> int:
        """How often a sentence is likely to have one of them."""
        return sum(40 if word in _EVERYDAY else 1 for word in self.words) + 2 * len(self.beginnings)

    def __or__(self, other: "Anchors") -> "Anchors":
        return Anchors(self.words | other.words, self.beginnings | other.beginnings)


@dataclass(frozen=True, slots=True)
class CompiledPhrase:
    """A phrase as a pattern for `Sentence.written`, its anchors, and the sets of which it needs a word of each."""

    pattern: str
    anchors: Anchors
    needs: tuple[frozenset[str], ...] = ()


_NOTHING: Final = Anchors(frozenset(), frozenset())


def compiled(phrase: str, lists: Mapping[str, Sequence[str]], stops: Sequence[str] = ()) -> CompiledPhrase:
    """Compile a phrase. Raises BadPhraseError."""
    found = _compiled(phrase, lists, tuple(stops), _DEPTH)
    if not (found.anchors.words or found.anchors.beginnings):
        raise BadPhraseError(f"{phrase!r} needs a word that can't be missing")
    return found


def _compiled(phrase: str, lists: Mapping[str, Sequence[str]], stops: tuple[str, ...], depth: int) -> CompiledPhrase:
    parts: list[str] = []
    anchors: list[Anchors] = []
    steps = phrase.lower().split()
    if sum(step.startswith("..") for step in steps) > _MOST_GAPS:
        raise BadPhraseError(f"{phrase!r} has more than {_MOST_GAPS} gaps")
    if steps and (steps[0].startswith("..") or steps[-1].startswith("..")):
        raise BadPhraseError(f"{phrase!r} begins or ends with a gap")
    for step in steps:
        gap = _GAP.fullmatch(step)
        if gap is not None:
            parts.append(_gap(int(gap.group(1) or _WORDS_OF_A_GAP), stops))
            continue
        may_be_missing = step.endswith("?")
        pattern, found = _step(step.removesuffix("?"), phrase, lists, stops, depth)
        parts.append(f"(?:{pattern}{_COMMA})?" if may_be_missing else pattern + _COMMA)
        if not may_be_missing and step not in _MARKS:  # by marks nothing is looked up
            anchors.append(found)
    best = min(anchors, key=lambda each: each.cost, default=_NOTHING)
    needs = tuple(each.words for each in sorted(anchors, key=lambda each: each.cost) if not each.beginnings)
    return CompiledPhrase("".join(parts), best, needs)


def _gap(words: int, stops: tuple[str, ...]) -> str:
    stop = "|".join(re.escape(word) for word in stops)
    ahead = f"(?!(?:{stop}) )" if stops else ""
    return f"(?:{ahead}[^ ,;:]+ {_COMMA}){{0,{words}}}?"


def _step(
    step: str, phrase: str, lists: Mapping[str, Sequence[str]], stops: tuple[str, ...], depth: int
) -> tuple[str, Anchors]:
    patterns: list[str] = []
    anchors = _NOTHING
    for word in step.split("|"):
        if word.startswith("{") and word.endswith("}"):
            pattern, found = _list(word[1:-1], phrase, lists, stops, depth)
        elif word in _NUMBERS:
            pattern, found = f"{word} ", Anchors(frozenset((word,)), frozenset())
        elif _WORD.fullmatch(word) and not word.startswith("#"):
            pattern, found = _word(word)
        else:
            raise BadPhraseError(f"{phrase!r} has {word!r}, which is neither a word nor a list")
        patterns.append(pattern)
        anchors |= found
    return f"(?:{'|'.join(patterns)})", anchors


def _word(word: str) -> tuple[str, Anchors]:
    if word.endswith("*"):
        return f"{re.escape(word[:-1])}[^ ]* ", Anchors(frozenset(), frozenset((word[:-1],)))
    return f"{re.escape(word)} ", Anchors(frozenset((word,)), frozenset())


def _list(
    name: str, phrase: str, lists: Mapping[str, Sequence[str]], stops: tuple[str, ...], depth: int
) -> tuple[str, Anchors]:
    if name not in lists:
        raise BadPhraseError(f"{phrase!r} names the list {name!r}, which isn't there")
    if depth == 0:
        raise BadPhraseError(f"{phrase!r} names lists within lists within lists")
    found = [_compiled(each, lists, stops, depth - 1) for each in lists[name]]
    anchors = _NOTHING
    for each in found:
        anchors |= each.anchors
    return f"(?:{'|'.join(each.pattern for each in found)})", anchors
