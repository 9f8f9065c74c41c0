"""Whether the person is who they say: what S3 asks to be checked before a sensitive request is acted upon.

The gate stands before the action, never before the escalation (POLICY.md X10). What is stored are kinds of factors,
never a value.
"""

import re
import unicodedata
from collections.abc import Collection
from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from bot.policy.schema import Key, Part, Text, keyed

# Payment cards begin with 2 to 6: a time in milliseconds does not.
_CARD: Final = re.compile(r"(?<!\d)[2-6](?:[\s./_\u2010-\u2015-]?\d){12,18}(?!\d)")
_DOCUMENT: Final = r"passport|driv(?:er'?s|ing)\s+licen[cs]e|id\s?card|identity\s+card|photo\s+id|national\s+id"
# Four digits may be a year, and a lone T1234567 a ticket: only with the words beside them do they give somebody away.
_VALUES: Final = (
    (
        re.compile(
            r"\b(?:last\s+(?:four|4|digits)\b\D{0,20}|(?:ending|ends)(?:\s+(?:in|with))?:?\s+)\d{4}\b(?![-/.:]\d)",
            re.IGNORECASE,
        ),
        "the last digits of a card",
    ),
    (re.compile(r"\b\d{3}-\d{2}-\d{4}\b"), "a social security number"),
    (re.compile(r"\b(?:ssn|social\s+security)\b\D{0,20}\d{9}\b", re.IGNORECASE), "a social security number"),
    (re.compile(r"\b(?:cvv|cvc|pin(?:\s+code)?)\b(?:\W+is)?\W{1,3}\d{3,6}\b", re.IGNORECASE), "a secret code"),
    (
        re.compile(rf"\b(?:{_DOCUMENT})\b(?:\W+[a-z]{{1,12}})?\W+(?=\w*\d{{4}})\w{{6,14}}\b", re.IGNORECASE),
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
    # Digits and blanks of other widths, as they come with what is pasted, are the same to whoever reads them.
    plain = unicodedata.normalize("NFKC", text)
    if any(_is_a_card_number(found[0]) for found in _CARD.finditer(plain)):
        return "a card number"
    return next((kind for pattern, kind in _VALUES if pattern.search(plain)), None)


def _is_a_card_number(written: str) -> bool:
    """Check the last digit against the others (Luhn), so that a long order number may pass."""
    digits = [int(digit) for digit in written if digit.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
