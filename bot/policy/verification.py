"""Whether the person is who they say: what S3 asks to be checked before a sensitive request is acted upon.

The gate stands before the action, never before the escalation (POLICY.md X10). What is stored are kinds of factors,
never a value.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from bot.policy.schema import Key, Part, Text, keyed

_MASK: Final = 4
# Payment cards begin with 2 to 6: a time in milliseconds does not.
_CARD: Final = re.compile(r"(?<!\d)[2-6](?:[\s./_\u2010-\u2015-]?\d){12,18}(?!\d)")
_DOCUMENT: Final = r"passport|driv(?:er'?s|ing)\s+licen[cs]e|id\s?card|identity\s+card|photo\s+id|national\s+id"
_ENDING: Final = r"(?:ending|ends)(?:\s+(?:in|with))?:?\s+"
# Four digits may be a year, and a lone T1234567 a ticket: only with the words beside them do they give somebody away.
_VALUES: Final = (
    (
        re.compile(
            rf"\b(?:last\s+(?:four|4|digits)\b\D{{0,20}}|card\b\D{{0,20}}{_ENDING}|{_ENDING}(?!20[0-4]\d))"
            r"(?P<value>\d{4})\b(?![-/.:]\d)",
            re.IGNORECASE,
        ),
        "the last digits of a card",
    ),
    (re.compile(r"\b(?P<value>\d{3}-\d{2}-\d{4})\b"), "a social security number"),
    (re.compile(r"\b(?:ssn|social\s+security)\b\D{0,20}(?P<value>\d{9})\b", re.IGNORECASE), "a social security number"),
    (
        re.compile(r"\b(?:cvv|cvc|pin(?:\s+code)?)\b(?:\W+is)?\W{1,3}(?P<value>\d{3,6})\b", re.IGNORECASE),
        "a secret code",
    ),
    (
        re.compile(rf"\b(?:{_DOCUMENT})\b(?:\W+[a-z]{{1,12}})?\W+(?=\w*\d{{4}})(?P<value>\w{{6,14}})\b", re.IGNORECASE),
        "the number of a document",
    ),
)


class Factor(Part):
    """A kind of proof."""

    key: Key
    label: Text


class Tier(Part):
    """How much proof a request needs: so many of these factors, and a manager's approval where it says so."""

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
    """Return what is missing before the gated action may go ahead; nothing for nobody's standing, VIP included."""
    missing = [factor.label for factor in tier.of if factor.key not in checked]
    more = tier.factors - (len(tier.of) - len(missing))
    needed = [f"{more} more of: {', '.join(missing)}."] if more > 0 else []
    return (*needed, *(["The approval of a manager."] if tier.approval and not approved else []))


def value_in(text: str) -> str | None:
    """Return what kind of value a text seems to give away, or None. A value has no place in a record."""
    return next((kind for kind, _, _ in _values_in(text)), None)


def masked(text: str) -> str:
    """Return a text of the same length or less with every value in it hidden whole.

    Nothing of a card stays either: its last four digits are what a customer's identity is checked by (S3, "Medium").
    """
    found = next(_values_in(text), None)
    while found is not None:
        _, start, end = found
        text = f"{text[:start]}{'•' * min(end - start, _MASK)}{text[end:]}"
        found = next(_values_in(text), None)
    return text


def _values_in(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each kind of value with the place of it."""
    # Digits and blanks of other widths, as they come with what is pasted, are the same to whoever reads them. What
    # becomes several characters is left as it is, so that a place in the one is the same place in the other.
    plain = "".join(one if len(one) == 1 else each for each in text for one in [unicodedata.normalize("NFKC", each)])
    for card in _CARD.finditer(plain):
        if _is_a_card_number(card[0]):
            yield "a card number", *card.span()
    for pattern, kind in _VALUES:
        for value in pattern.finditer(plain):
            yield kind, *value.span("value")


def _is_a_card_number(written: str) -> bool:
    """Check the last digit against the others (Luhn), so that a long order number may pass."""
    digits = [int(digit) for digit in written if digit.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
