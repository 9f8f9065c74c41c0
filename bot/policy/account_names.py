"""Comparison of account names: equal, or only similar.

Equal: the same but for encoding (NFC, full width), case and spacing. Similar: also without punctuation, accents and
legal form ("Beta, Inc." and "Beta Inc"), or with nearly the same spelling. Similar names are reported to a person and
never merged.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from anyascii import anyascii

KEY_LIMIT: Final = 400
_DIGEST: Final = 40
# Zero-width and direction marks, soft hyphens: all invisible.
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_WORD: Final = re.compile(r"[^\W_]+")
# Above this similarity a difference is probably a typing error; in short names one letter may distinguish customers.
NEARLY: Final = 88.0
SHORTEST_NEAR: Final = 5

Words = tuple[str, ...]

_MORE_FORMS: Final = frozenset({("se",), ("kk",), ("k", "k"), ("pty",), ("abp",), ("ou",)})
# Words before a name that do not distinguish it: an article, and legal forms of some countries.
_LEADING: Final = frozenset({"the", "ooo", "oao", "zao", "pao", "too", "uab", "sia", "pt"})
_CONNECTING: Final = frozenset({"and", "und", "et", "y"})
_SHORT: Final = {"sankt": "st", "saint": "st", "sainte": "st", "santa": "st", "sant": "st"}
# Legal forms in some countries, and ordinary words in others.
_EVERYDAY: Final = frozenset({("is",), ("et",), ("da",), ("eu",), ("ad",), ("ans",), ("dat",)})


def same_key(name: str) -> str:
    """Return the key by which names are equal, at most 400 characters."""
    if name.isascii():  # which most names are; nothing below would change them
        key = " ".join(name.split()).lower()
    else:
        visible = _INVISIBLE.sub("", unicodedata.normalize("NFKC", name))
        key = unicodedata.normalize("NFKC", " ".join(visible.split()).casefold())
    if len(key) <= KEY_LIMIT:
        return key
    return f"{key[: KEY_LIMIT - _DIGEST - 1]}#{hashlib.sha256(key.encode()).hexdigest()[:_DIGEST]}"


def words(text: str) -> list[str]:
    """Return the words of a text for comparison: without case, accents and punctuation, in Latin letters."""
    return _WORD.findall(text.lower() if text.isascii() else anyascii(text).casefold())


def core(name_words: Sequence[str]) -> Words:
    """Return a name's words without legal forms at its end; all of them if there is nothing else."""
    forms, longest = legal_forms()
    left, ends = tuple(name_words), _ends()
    while True:
        if not left or left[-1] not in ends:
            return left
        ending = next((n for n in range(min(longest, len(left) - 1), 0, -1) if left[-n:] in forms), None)
        if ending is None:
            return left
        left = left[:-ending]


@cache
def legal_forms() -> tuple[frozenset[Words], int]:
    """Return the legal forms of all countries as words ("gmbh", "s a", "co ltd"), and the most words one has."""
    from cleanco.termdata import terms_by_type  # noqa: PLC0415 - loaded when the first name is compared

    forms = {tuple(words(term)) for terms in terms_by_type.values() for term in terms}
    # Written together as often as apart: "S.A." and "SA".
    forms |= {("".join(form),) for form in forms if all(len(word) == 1 for word in form)}
    forms = {form for form in forms | _MORE_FORMS if form and form not in _EVERYDAY}
    return frozenset(forms), max(len(form) for form in forms)


@cache
def _ends() -> frozenset[str]:
    """Return the last words of the legal forms, for a quick check: most names end in none of them."""
    return frozenset(form[-1] for form in legal_forms()[0])


def looks(name: str) -> Words:
    """Return what a name looks like: two that look the same are named to a person, and never merged.

    Left out are punctuation, accents, legal forms at either end, "the" and "and"; single letters count as one word
    ("A B C" and "ABC"), and a saint may be abbreviated.
    """
    typed = [_SHORT.get(word, word) for word in words(name)]
    while len(typed) > 1 and typed[0] in _LEADING:
        del typed[0]
    left = [word for word in core(typed) if word not in _CONNECTING] or typed
    # The legal form may come after an "and": "Beta and Co".
    left = list(core(left))
    together: list[str] = []
    alone = False
    for word in left:
        if alone and len(word) == 1:
            together[-1] += word
        else:
            together.append(word)
            alone = len(word) == 1
    return tuple(together)


def alike(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield groups of different names that look the same (see `looks`)."""
    by_core: dict[Words, dict[str, str]] = {}
    for name in names:
        key = looks(name)
        if key:
            by_core.setdefault(key, {}).setdefault(same_key(name), name)
    yield from (tuple(group.values()) for group in by_core.values() if len(group) > 1)


def nearly(name: str, others: Mapping[str, str]) -> str | None:
    """Return the most similar name. `others` are names by their core, as one text.

    Names that differ in a number are different ("Unit 7", "Unit 8"), and so are short ones.
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - loaded when the first name is compared

    mine = " ".join(core(words(name)))
    if len(mine) < SHORTEST_NEAR:
        return None
    found = process.extract(mine, others.keys(), scorer=fuzz.ratio, score_cutoff=NEARLY, limit=5)
    numbers = re.findall(r"\d+", mine)
    return next((others[text] for text, *_ in found if text != mine and re.findall(r"\d+", text) == numbers), None)
