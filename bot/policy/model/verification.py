"""Identity checks: what is required before a sensitive request is carried out (docs/policy.md#s3).

The check gates the action, never the escalation (docs/policy.md#x10). Kinds of factors are stored, never values.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from bot.policy.schema import Key, Part, Text, keyed

_MASK: Final = 4
# Invisible characters between the digits of a number.
_UNSEEN: Final = r"\u200b-\u200f\u2060\ufeff"
_BETWEEN: Final = rf"[\s.,/_\u2010-\u2015{_UNSEEN}-]"
# Payment cards begin with 2 to 6; a time in milliseconds doesn't. They are written digit by digit, or in groups of four
# (with one maker, of six and five) separated by several characters at most.
_CARD: Final = re.compile(
    rf"(?<!\d)(?:[2-6](?:[\s./_\u2010-\u2015-]?[{_UNSEEN}]?\d){{12,18}}"
    rf"|[2-6]\d{{3}}(?:{_BETWEEN}{{1,3}}\d{{4}}){{3}}(?:{_BETWEEN}{{1,3}}\d{{1,3}})?"
    rf"|3[47]\d\d{_BETWEEN}{{1,3}}\d{{6}}{_BETWEEN}{{1,3}}\d{{5}})(?!\d)"
)
# Four digits may be a year, a time or an amount: they are sensitive only with certain words beside them.
_FOUR: Final = (
    r"(?P<value>\d(?:[ ]?\d){3})(?!\d|[-/.:,]\d|"
    r"\s?(?:[€$£%]|(?:eur|usd|gbp|dollars?|euros?|users?|customers?|times|seats|orders|payments?|ms|seconds)\b))"
)
_NO_YEAR: Final = r"(?!(?:19|20)\d\d\b)"
_CARD_WORD: Final = (
    r"(?:(?:credit|debit|payment|bank)\s+)?(?:cards?|visa|master\s?card|amex|american\s+express|maestro)"
    r"|payment\s+method"
)
_LAST: Final = r"(?:last|final)[\s_-]*(?:four|4)"
# How far the digits may be from these words, not crossing a number that is clearly a year.
_FAR: Final = r"(?:(?!\b(?:since|until|till|in|before|after|by|from)\s+(?:19|20)\d\d\b)[^\d\n]){0,60}?"
_ENDING: Final = r"(?:ending|ends)(?:\s+(?:in|with|on))?:?\s+"
_LAST_DIGITS: Final = (
    rf"\b(?:(?:last|final)[\s_-]*(?:four|4)?\s*(?:digits|numbers)\b{_FAR}"
    rf"|{_LAST}\b\W{{0,3}}(?:(?:is|are|was|were)\b\W{{1,3}})?"
    rf"|{_LAST}\s+(?:of|on|for)\s+(?:[a-z']+\s+){{0,3}}?(?:{_CARD_WORD}|account)\b{_FAR}"
    rf"|(?:{_CARD_WORD})\b[^\d\n]{{0,20}}{_ENDING}|{_ENDING}{_NO_YEAR}"
    rf"|(?:{_CARD_WORD})(?:\s+(?:no|nr|number|is|on\s+file))*[\s:=#(]{{1,4}}{_NO_YEAR}"
    rf"|(?:{_CARD_WORD})\b[\s:=#(]*(?:[*x•·.…-]+\s?)+){_FOUR}"
)
_HIDDEN_DIGITS: Final = (
    rf"(?<!\w)(?:(?:[*x•·]{{4}}[\s-]?){{2,3}}|[*x•·]{{4}}[\s-]?{_NO_YEAR}){_FOUR}"  # as receipts and shops print it
)
_DOCUMENT: Final = (
    r"passport|reisepass|personalausweis|dni|driv(?:er['\u2019]?s?|ing)\s+licen[cs]e|licen[cs]e\s+(?=no|nr|num)"
    r"|id\s?card|identity\s+(?:card|document)|photo\s+id|national\s+(?:id|identity)"
    r"|(?:his|her|their|government|personal)\s+id(?=\s+n)|(?:^|(?<=[.:;,(])|(?<=[.:;,(]\s))id(?=\s+n(?:umber|o|r)\b)"
)
_SAYS: Final = (
    r"(?:number|no|nr|num|card|id|is|was|are|reads|says|checked|shown|seen|verified|copy|on|file|with|the"
    r"|matching|account|name"
    r"|(?:of|for)(?:\s+[a-z']+){1,3}?)"
)
# Letters and digits with at least four digits, or groups of digits, but no date.
_NUMBER: Final = (
    r"(?!20\d\d[-/. ]?[01]?\d[-/. ]?[0-3]?\d\b|[0-3]?\d[-/. ][01]?\d[-/. ]20\d\d\b)"
    r"(?P<value>(?=(?:[^\W\d_]*\d){4})[^\W_]{6,18}|(?=(?:[ -]?\d){7})\d{1,4}(?:[ -]\d{2,6}){1,4})\b"
)
_VALUES: Final = tuple(
    (re.compile(pattern, re.IGNORECASE | re.MULTILINE), kind)
    for pattern, kind in (
        (_LAST_DIGITS, "the last digits of a card"),
        (_HIDDEN_DIGITS, "the last digits of a card"),
        (r"\b(?P<value>\d{3}-\d{2}-\d{4})\b", "a social security number"),
        (r"\b(?:ssn|social\s+security)\b\D{0,20}(?P<value>\d{9})\b", "a social security number"),
        (r"\b(?:cvv|cvc|pin(?:\s+code)?)\b(?:\W+is)?\W{1,3}(?P<value>\d{3,6})\b", "a secret code"),
        (rf"(?<!\w)(?:{_DOCUMENT})\b(?:\W+{_SAYS}\b){{0,4}}\W+{_NUMBER}", "the number of a document"),
    )
)


class Factor(Part):
    """A kind of proof."""

    key: Key
    label: Text


class Tier(Part):
    """The proof a request needs: so many of these factors, and a manager's approval if stated."""

    key: Key
    label: Text
    factors: Annotated[int, Field(ge=1)]
    of: Annotated[tuple[Factor, ...], BeforeValidator(lambda value: keyed(value, "key")), Field(min_length=1)]
    approval: bool = False
    examples: tuple[Text, ...] = ()


class Verification(Part):
    """The tiers, the steps of the process, and the team that approves."""

    tiers: Annotated[tuple[Tier, ...], BeforeValidator(lambda value: keyed(value, "key"))] = ()
    team: Key | None = None
    process: tuple[Text, ...] = ()


def still_needed(tier: Tier, checked: Collection[str], *, approved: bool) -> tuple[str, ...]:
    """Return what is missing before the gated action is allowed. No customer is exempt, VIPs included."""
    missing = [factor.label for factor in tier.of if factor.key not in checked]
    more = tier.factors - (len(tier.of) - len(missing))
    needed = [f"{more} more of: {', '.join(missing)}."] if more > 0 else []
    return (*needed, *(["The approval of a manager."] if tier.approval and not approved else []))


def value_in(text: str) -> str | None:
    """Return the kind of sensitive value in a text, or None. Such a value has no place in a record."""
    return next((kind for kind, _, _ in _values_in(text)), None)


def masked(text: str) -> str:
    """Return a text of the same length or less with all sensitive values masked completely.

    Nothing of a card is kept either: its last four digits serve to check a customer's identity (docs/policy.md#s3).
    """
    found = next(_values_in(text), None)
    while found is not None:
        _, start, end = found
        text = f"{text[:start]}{'•' * min(end - start, _MASK)}{text[end:]}"
        found = next(_values_in(text), None)
    return text


def _values_in(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each sensitive value's kind with its position."""
    # Digits and spaces of other widths, as in pasted text, read the same to people. Characters that normalise to
    # several are left as they are, so that positions stay the same.
    plain = "".join(one if len(one) == 1 else each for each in text for one in [unicodedata.normalize("NFKC", each)])
    for card in _CARD.finditer(plain):
        if _is_a_card_number(card[0]):
            yield "a card number", *card.span()
    for pattern, kind in _VALUES:
        for value in pattern.finditer(plain):
            yield kind, *value.span("value")


def _is_a_card_number(written: str) -> bool:
    """Return True if the check digit is right (Luhn), so that most long order numbers pass."""
    digits = [int(digit) for digit in written if digit.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
