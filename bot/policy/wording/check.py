"""Checking a text for a customer: every finding quotes the words, says why, and offers something better."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.policy.model.wording import Expressions, Strictness, Wording, WordingRule
from bot.policy.wording import tokens
from bot.policy.wording.lexicon import Lexicon, lexicon
from bot.policy.wording.shapes import shaped

_QUOTED: Final = re.compile(
    r'"[^"\n]{1,400}"|“[^”\n]{1,400}”|„[^“”"\n]{1,400}[“”"]|«[^»\n]{1,400}»|^>[^\n]*', re.MULTILINE
)
_MARKS: Final = frozenset('"“„«>')
_MOST_QUOTED: Final = 0.6  # of a text that is nothing but a quotation, the words count
_TURNS: Final = re.compile(r" (?:but|however|still|yet|aber|jedoch|doch|trotzdem) ")
_OTHER_CUSTOMER: Final = ("That names another customer.", "another customer")
_QUOTE: Final = 120

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class WordingFinding:
    """Words that a customer shouldn't read: which, why, and a better phrase."""

    rule: WordingRule
    text: str
    why: str
    better: str


@dataclass(frozen=True, slots=True)
class _Place:
    start: int
    end: int
    finding: WordingFinding


def check(
    text: str, wording: Wording, *, customers: Sequence[str] = (), known: Sequence[str] = ()
) -> tuple[WordingFinding, ...]:
    """Return the findings in a text, in its order.

    `customers` are the names of other customers that the text may have, `known` the numbers this customer was given.
    """
    words = lexicon(wording)
    places = [place for start, piece in tokens.pieces(text) for place in _of_sentence(piece, start, words)]
    quoted = _quotations(text) if places else ()
    places = [place for place in places if not _inside(place, quoted)]
    places += _internal(text, customers, known)
    allowed = _allowed(text, words) if places else ()
    wanted = {rule for rule in WordingRule if wording.strictness(rule) is not Strictness.OFF}
    kept = (place for place in places if place.finding.rule in wanted and not _overlaps(place, allowed))
    return tuple(place.finding for place in _once(kept))


def _of_sentence(piece: str, start: int, words: Lexicon) -> Iterator[_Place]:
    seen = tokens.seen(piece, words.contracted)
    phrases = words.index.candidates(seen)
    if not phrases:
        return
    places: Sequence[Span] = ()
    for first, written in tokens.parts(piece, words.contractions):
        found: list[tuple[int, int, Expressions]] = []
        for phrase in phrases:
            spans = phrase.spans(written)
            if spans and phrase.means is not None and not phrase.is_harmless(written, seen):
                found += [(*span, phrase.means) for span in spans]
        if found:
            denied = [span[1] for phrase in words.denials.candidates(seen) for span in phrase.spans(written)]
            places = places or tokens.places(piece, words.contractions)
            for begins, ends, means in found:
                if not _is_denied(written, begins, ends, denied):
                    # The spaces before a place tell how many words are before it.
                    last = places[first + written.count(" ", 0, ends - 1) - 1][1]
                    begin = places[first + written.count(" ", 0, begins) - 1][0]
                    quote = _clipped(piece[begin:last].rstrip(" ,;:"))
                    yield _Place(
                        start + begin, start + last, WordingFinding(means.rule, quote, means.why, means.better)
                    )


def _is_denied(written: str, begins: int, ends: int, denied: Sequence[int]) -> bool:
    """Return True if words before deny it: "I can't promise that …", unless "but" follows."""
    return any(end <= ends and not _TURNS.search(written, end - 1, max(begins, end)) for end in denied)


def _clipped(quote: str) -> str:
    quote = " ".join(quote.split())
    return quote if len(quote) <= _QUOTE else f"{quote[: _QUOTE - 1]}…"


def _internal(text: str, customers: Sequence[str], known: Sequence[str]) -> Iterator[_Place]:
    for start, end, shape in shaped(text, known):
        yield _Place(
            start, end, WordingFinding(WordingRule.INTERNAL, _clipped(text[start:end]), shape.why, shape.better)
        )
    for name in customers:
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE):
            yield _Place(*match.span(), WordingFinding(WordingRule.INTERNAL, _clipped(match.group()), *_OTHER_CUSTOMER))


def _allowed(text: str, words: Lexicon) -> Sequence[Span]:
    lowered = text.lower()
    return [match.span() for allowed in words.allowed for match in re.finditer(re.escape(allowed), lowered)]


def _quotations(text: str) -> Sequence[Span]:
    if _MARKS.isdisjoint(text):
        return ()
    found = [match.span() for match in _QUOTED.finditer(text)]
    return found if sum(end - start for start, end in found) <= _MOST_QUOTED * len(text) else ()


def _inside(place: _Place, spans: Sequence[Span]) -> bool:
    return any(start <= place.start and place.end <= end for start, end in spans)


def _overlaps(place: _Place, spans: Sequence[Span]) -> bool:
    return any(start < place.end and place.start < end for start, end in spans)


def _once(places: Iterator[_Place]) -> Iterator[_Place]:
    """Yield findings in order; of those of one rule that overlap, the first and longest."""
    ends: dict[WordingRule, int] = {}
    for place in sorted(places, key=lambda each: (each.start, -each.end)):
        rule = place.finding.rule
        if place.start >= ends.get(rule, -1):
            ends[rule] = place.end
            yield place
