"""A text as sentences of words, in the form in which phrases are compared, with the place of each in the text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

# A number with what makes it a time, a share or an amount; a word; a mark. No part can match in two ways, so that even
# a hostile text is read in one pass.
_TOKEN: Final = re.compile(
    r"[$€£]?\d+(?:[.,:/]\d+)*(?:\s?[ap]\.?m\b\.?|\s?%|\s?[$€£])?"
    r"|[^\W\d_]+(?:['’][^\W\d_]+)*\d*"  # noqa: RUF001 - both apostrophes are typed
    r"|[,;:]"
)
# The same for texts in ASCII, whose letters are found in half the time.
_ASCII_TOKEN: Final = re.compile(
    r"[$]?\d+(?:[.,:/]\d+)*(?:\s?[ap]\.?m\b\.?|\s?%|\s?[$])?|[a-z]+(?:'[a-z]+)*\d*|[,;:]", re.ASCII
)
_ASCII_WORDS: Final = re.compile(r"[a-z]+[0-9]*")
_SENTENCE: Final = re.compile(r"(?<=[.!?…])\s+|\n\s*\n|\n\s*(?=[-*•>])")
_LONGEST: Final = 80  # words of a sentence that are compared at once
_TIME: Final = re.compile(r":|[ap]\.?m")
_WORDS: Final = re.compile(r"[^\W\d_]+\d*")
_NEGATED: Final = re.compile(r"([a-z]+)n['’]t\b")  # noqa: RUF001 - both apostrophes are typed
_DIGIT: Final = re.compile(r"\d")
_CURRENCIES: Final = frozenset("$€£")
NUMBER, CLOCK, DATE, MONEY, SHARE, VERSION = "#number", "#clock", "#date", "#money", "#share", "#version"
_PLAIN_NUMBERS: Final = frozenset((NUMBER, CLOCK, DATE, VERSION))


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """Yield the sentences of a text as they are, each with its place."""
    place = 0
    for end in _SENTENCE.finditer(text):
        if end.start() > place:
            yield place, text[place : end.start()]
        place = end.end()
    if place < len(text):
        yield place, text[place:]


def seen(piece: str, contracted: frozenset[str]) -> set[str]:
    """Return the words that a sentence may have, which is quick: with it most sentences need no comparing."""
    lowered = piece.lower()
    found = set((_ASCII_WORDS if lowered.isascii() else _WORDS).findall(lowered))
    if "'" in lowered or "’" in lowered:  # noqa: RUF001 - both apostrophes are typed
        found |= contracted
        found.update(_NEGATED.findall(lowered))
    if _DIGIT.search(lowered):
        found |= _PLAIN_NUMBERS
        if "%" in lowered:
            found.add(SHARE)
        if not _CURRENCIES.isdisjoint(lowered):
            found.add(MONEY)
    return found


def parts(piece: str, contractions: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """Yield a sentence as phrases are compared with it: small words in full, each with a space on both sides.

    A very long one is yielded in parts; with each comes how many words are before it.
    """
    words: list[str] = []
    lowered = _lowered(piece)
    for token in (_ASCII_TOKEN if lowered.isascii() else _TOKEN).findall(lowered):
        if token.isalpha():
            words.append(token)
        else:
            words += _words(token, contractions)
    for first in range(0, len(words), _LONGEST):
        yield first, f" {' '.join(words[first : first + _LONGEST])} "


def places(piece: str, contractions: Mapping[str, str]) -> Sequence[tuple[int, int]]:
    """Return where each word of a sentence is in it."""
    lowered = _lowered(piece)
    found = (_ASCII_TOKEN if lowered.isascii() else _TOKEN).finditer(lowered)
    if "'" not in lowered and "’" not in lowered:  # noqa: RUF001 - both apostrophes are typed
        return [match.span() for match in found]  # only contractions are several words
    return [match.span() for match in found for _ in _words(match.group(), contractions)]


def _lowered(piece: str) -> str:
    lowered = piece.lower()
    return lowered if len(lowered) == len(piece) else piece  # a few letters become two


def _words(token: str, contractions: Mapping[str, str]) -> Sequence[str]:
    if token[0].isdigit() or token[0] in _CURRENCIES:
        return (_number_kind(token),)
    if "'" in token or "’" in token:  # noqa: RUF001 - both apostrophes are typed
        return _written_out(token.replace("’", "'"), contractions)  # noqa: RUF001
    return (token,)


def _written_out(word: str, contractions: Mapping[str, str]) -> Sequence[str]:
    """Return a contraction in full: "we'll" is "we will"; another's ("Acme's") is two words."""
    whole = contractions.get(word)
    if whole is not None:
        return whole.split()
    head, mark, tail = word.rpartition("'")
    full = contractions.get(mark + tail)
    if full is not None:
        return (head, *full.split())
    if word.endswith("n't"):
        return (word[:-3], "not")
    return (head, "'s") if tail == "s" else (word,)


def _number_kind(token: str) -> str:
    """Return what kind of number it is, which is all that phrases ask of one."""
    if _TIME.search(token):
        return CLOCK
    if token[0] in _CURRENCIES or token[-1] in _CURRENCIES:
        return MONEY
    if token[-1] == "%":
        return SHARE
    if "/" in token or token.count(".") == 2:  # noqa: PLR2004 - 3/15, 3.5.2026
        return DATE
    return VERSION if "." in token else NUMBER
