"""The part of a policy about texts for customers: the wording guard's rules and vocabularies (docs/wording.md)."""

from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, StringConstraints

from bot.policy.schema import Key, Part

Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class WordingRule(StrEnum):
    """A kind of words that a customer shouldn't read (S3: "Do not", "Don't"; S1: never raw engineering chatter)."""

    OUTCOME = "outcome"
    TIMELINE = "timeline"
    COMPENSATION = "compensation"
    SPECULATION = "speculation"
    LEGAL = "legal"
    BLAME = "blame"
    UNANNOUNCED = "unannounced"
    INTERNAL = "internal"


class Strictness(StrEnum):
    """The effect of a finding: none, warn once, or refuse the text until it's changed or a manager gives a reason."""

    OFF = "off"
    WARN = "warn"
    REFUSE = "refuse"


class Expressions(Part):
    """Phrases of one rule that share a reason. `unless` are phrases which make the same sentence harmless."""

    rule: WordingRule
    why: Line
    better: Line
    phrases: Annotated[tuple[Phrase, ...], Field(min_length=1)]
    unless: tuple[Phrase, ...] = ()


class WordingVocabulary(Part):
    """The guard's words in one language (docs/wording.md#a-vocabulary)."""

    # Words that a gap doesn't pass over, such as "not".
    stops: tuple[Phrase, ...] = ()
    # Phrases before the found ones that make a sentence harmless, such as "can not promise".
    denials: tuple[Phrase, ...] = ()
    # Lists of phrases that others name in {braces}.
    lists: dict[Key, tuple[Phrase, ...]] = Field(default_factory=dict)
    contractions: dict[str, str] = Field(default_factory=dict)
    expressions: Annotated[tuple[Expressions, ...], Field(min_length=1)]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


SHIPPED_LANGUAGES: Final = ("en", "de")


class Wording(Part):
    """How texts for customers are checked.

    Commitments that cost money, legal statements, unannounced plans and internal names are refused; the others warn.
    """

    languages: Annotated[tuple[Key, ...], BeforeValidator(_listed)] = SHIPPED_LANGUAGES
    outcome: Strictness = Strictness.WARN
    timeline: Strictness = Strictness.WARN
    compensation: Strictness = Strictness.REFUSE
    speculation: Strictness = Strictness.WARN
    legal: Strictness = Strictness.REFUSE
    blame: Strictness = Strictness.WARN
    unannounced: Strictness = Strictness.REFUSE
    internal: Strictness = Strictness.REFUSE
    # Words that are never found fault with.
    allow: tuple[Phrase, ...] = ()
    # Shown where a text for a customer is written.
    principles: tuple[Line, ...] = ()
    vocabularies: dict[Key, WordingVocabulary] = Field(default_factory=dict)

    def strictness(self, rule: WordingRule) -> Strictness:
        """Return what a finding of a rule does."""
        found: Strictness = getattr(self, rule.value)
        return found
