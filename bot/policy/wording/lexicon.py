"""Vocabularies, compiled once: which phrases a word may begin or be part of, and what finding them means."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Final

import yaml

from bot.policy.model.wording import Expressions, Wording, WordingVocabulary
from bot.policy.wording.phrases import BadPhraseError, CompiledPhrase, compiled

_BEGINNING: Final = 3  # letters of a word's beginning by which phrases are looked up
_MOST_COMPILED: Final = 16


class Phrase:
    """A phrase, whose pattern is compiled when a sentence first has its words. `means` is what finding it means."""

    def __init__(
        self, found: CompiledPhrase, means: Expressions | None = None, unless: Sequence["Phrase"] = ()
    ) -> None:
        self.means = means
        self.unless = unless
        self.anchors = found.anchors
        # Sets of which a sentence needs a word each.
        self.needs = found.needs
        # The same without the anchors, which are what it is looked up by.
        self.others = found.needs if found.anchors.beginnings else found.needs[1:]
        self._written = found.pattern
        self._pattern: re.Pattern[str] | None = None

    def spans(self, written: str) -> list[tuple[int, int]]:
        """Return where the phrase is in a sentence, as `tokens.parts` writes it."""
        if self._pattern is None:
            self._pattern = re.compile(f"(?<= ){self._written}")
        return [match.span() for match in self._pattern.finditer(written)]

    def is_harmless(self, written: str, words: AbstractSet[str]) -> bool:
        """Return True if a sentence of these words has a phrase that makes this one harmless."""
        return any(other.may_be_in(words) and other.spans(written) for other in self.unless)

    def may_be_in(self, words: AbstractSet[str]) -> bool:
        """Return False if a sentence of these words can't have the phrase."""
        # `all` takes three times as long.
        for need in self.needs:  # noqa: SIM110
            if need.isdisjoint(words):
                return False
        return True


@dataclass
class PhraseIndex:
    """Phrases by the words of which a sentence must have one."""

    words: dict[str, list[Phrase]] = field(default_factory=lambda: defaultdict(list))
    beginnings: dict[str, list[tuple[str, Phrase]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, phrase: Phrase) -> None:
        """Add a phrase."""
        for word in phrase.anchors.words:
            self.words[word].append(phrase)
        for beginning in phrase.anchors.beginnings:
            self.beginnings[beginning[:_BEGINNING]].append((beginning, phrase))

    def candidates(self, words: AbstractSet[str]) -> list[Phrase]:
        """Return the phrases that a sentence of these words may have, each once."""
        found: list[Phrase] = []
        for word in self.words.keys() & words:
            for phrase in self.words[word]:
                for need in phrase.others:  # `may_be_in` in place, because most of the time is spent here
                    if need.isdisjoint(words):
                        break
                else:
                    found.append(phrase)
        for word in words if self.beginnings else ():
            if word[:_BEGINNING] in self.beginnings:
                begun = self.beginnings[word[:_BEGINNING]]
                found += [each for begins, each in begun if word.startswith(begins) and each.may_be_in(words)]
        return list(dict.fromkeys(found)) if found else found


@dataclass(frozen=True)
class Lexicon:
    """All vocabularies of a policy as one, and what the policy allows, in small letters."""

    index: PhraseIndex
    denials: PhraseIndex
    contractions: Mapping[str, str]
    # The words that contractions stand for.
    contracted: frozenset[str]
    allowed: tuple[str, ...]


def shipped(language: str) -> WordingVocabulary:
    """Return a shipped vocabulary. Raises FileNotFoundError."""
    text = files("bot.policy.wording.languages").joinpath(f"{language}.yml").read_text(encoding="utf-8")
    return WordingVocabulary.model_validate(yaml.load(text, Loader=yaml.CBaseLoader))


_shipped = lru_cache(maxsize=_MOST_COMPILED)(shipped)


def lexicon(wording: Wording) -> Lexicon:
    """Return what a policy's texts are checked with, compiled once for equal parts of policies."""
    return _lexicon(wording.model_dump_json(include={"languages", "allow", "vocabularies"}))


@lru_cache(maxsize=_MOST_COMPILED)
def _lexicon(wording_json: str) -> Lexicon:
    wording = Wording.model_validate_json(wording_json)
    vocabularies = [_shipped(each) for each in wording.languages if each not in wording.vocabularies]
    vocabularies += wording.vocabularies.values()
    index, denials = PhraseIndex(), PhraseIndex()
    contractions: dict[str, str] = {}
    for vocabulary in vocabularies:
        _add(vocabulary, index, denials)
        contractions |= vocabulary.contractions
    contracted = frozenset(word for full in contractions.values() for word in full.split()) | {"not", "'s"}
    return Lexicon(index, denials, contractions, contracted, tuple(each.casefold() for each in wording.allow))


def _add(vocabulary: WordingVocabulary, index: PhraseIndex, denials: PhraseIndex) -> None:
    lists, stops = vocabulary.lists, vocabulary.stops
    for means in vocabulary.expressions:
        unless = [Phrase(compiled(each, lists, stops)) for each in means.unless]
        for each in means.phrases:
            index.add(Phrase(compiled(each, lists, stops), means, unless))
    for each in vocabulary.denials:
        denials.add(Phrase(compiled(each, lists)))


def bad_phrases(vocabulary: WordingVocabulary) -> Iterator[str]:
    """Yield why phrases of a vocabulary can't be used."""
    phrases = [*vocabulary.denials]
    for each in vocabulary.expressions:
        phrases += (*each.phrases, *each.unless)
    for phrase in phrases:
        try:
            compiled(phrase, vocabulary.lists, vocabulary.stops)
        except BadPhraseError as error:
            yield str(error)
