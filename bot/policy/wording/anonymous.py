"""Texts without names: what people wrote about an escalation, as a case study for others."""

import re
from collections.abc import Iterable
from typing import Final

CUSTOMER: Final = "the customer"
SOMEONE: Final = "someone"
# A name of fewer letters is also a word, or a part of one.
_SHORTEST: Final = 3
# A capital letter right after a name that is gone begins the rest of it.
_SURNAME: Final = re.compile(r"\b([Ss]omeone)(?:[ ]+[A-Z][\w'-]+)+")
_BEGINS: Final = re.compile(r"(?:^|[.!?:]\s+|\n)$")
_LINKS: Final = (
    (re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>"), SOMEONE),
    (re.compile(r"<#C[A-Z0-9]+(?:\|[^>]*)?>|(?<!\w)#esc-[\w-]+", re.IGNORECASE), "the channel"),
    (re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.\w+"), "an address"),
    (re.compile(r"<https?://[^>]*>|https?://\S+?(?=[.,;:!?)]*(?:\s|$))", re.IGNORECASE), "a link"),
    (re.compile(r"\bESC-[0-9]+\b"), "an escalation"),
    (
        re.compile(r"\+[0-9][0-9 ()/.-]{6,}[0-9]|\([0-9]{2,5}\) ?[0-9][0-9 -]{4,}[0-9]|\b[0-9]{3}-[0-9]{3}-[0-9]{4}\b"),
        "a number",
    ),
)


def anonymous(text: str, *, customers: Iterable[str], people: Iterable[str]) -> str:
    """Return a text without these customers and people, and without mentions, addresses, links and keys.

    Of a person the parts of the name are removed, too, if they're written with a capital letter.
    """
    for pattern, instead in _LINKS:
        text = _replaced(pattern, instead, text)
    for name in _longest_first(customers):
        text = _without(text, name, CUSTOMER, re.IGNORECASE)
    names = set(people)
    for name in _longest_first({*names, *(part for one in names for part in one.split())}):
        text = _without(text, name[0].upper() + name[1:], SOMEONE, 0)
    return _SURNAME.sub(r"\1", text)


def _longest_first(names: Iterable[str]) -> list[str]:
    known = {name.strip() for name in names}
    return sorted((name for name in known if len(name) >= _SHORTEST), key=lambda name: (-len(name), name))


def _without(text: str, name: str, instead: str, flags: int) -> str:
    return _replaced(re.compile(rf"(?:\b[Tt]he\s+)?(?<!\w){re.escape(name)}(?!\w)", flags), instead, text)


def _replaced(found: re.Pattern[str], instead: str, text: str) -> str:
    """Replace what is found; at the beginning of a sentence with a capital letter."""

    def put(match: re.Match[str]) -> str:
        begins = _BEGINS.search(text[: match.start()]) is not None
        return instead[0].upper() + instead[1:] if begins else instead

    return found.sub(put, text)
