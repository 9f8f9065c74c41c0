"""Words in the five whys that stop at a person, each with a question that leads on to the system.

S1: "Stop at the process or system gap, not the person." Nothing is refused: the writer decides.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

import yaml

from bot.policy.model.reviews import WhyPrompt, Whys, WhyVocabulary
from bot.policy.wording import tokens
from bot.policy.wording.lexicon import Phrase
from bot.policy.wording.phrases import BadPhraseError, compiled

_MOST_COMPILED: Final = 16
_QUOTE: Final = 80
_LEAST_OF_A_NAME: Final = 3
_MENTION: Final = re.compile(r"<@[UW][A-Z0-9]+>|(?<![\w.])@[a-z][\w.-]+", re.IGNORECASE)
_QUOTED: Final = re.compile(r'"[^"\n]{1,300}"|“[^”\n]{1,300}”|„[^“”"\n]{1,300}[“”"]')
# First names that are words, too: at the beginning of a sentence they are read as words.
_WORDS_TOO: Final = frozenset(
    [
        "will",
        "mark",
        "may",
        "grace",
        "faith",
        "hope",
        "rob",
        "bill",
        "art",
        "sue",
        "drew",
        "chase",
        "pat",
        "frank",
        "ernst",
    ]
)
_NAME: Final = "Would anyone in that place have done the same? What let it happen?"


@dataclass(frozen=True, slots=True)
class WhyQuery:
    """Words that stop at a person, and the question that leads on."""

    text: str
    ask: str


@dataclass(frozen=True)
class _Prompts:
    """A vocabulary with its phrases compiled."""

    vocabulary: WhyVocabulary
    phrases: Sequence[tuple[WhyPrompt, Phrase]]
    contracted: frozenset[str]


def queries(text: str, whys: Whys, *, names: Sequence[str] = ()) -> tuple[WhyQuery, ...]:
    """Return what to ask about a text, in its order; `names` are the full names of colleagues.

    Words in quotation marks aren't queried.
    """
    if not whys.languages and not whys.vocabularies:
        return ()
    prompts = _prompts(whys.model_dump_json())
    found = [place for each in prompts for place in _prompted(text, each)]
    found += _named(text, names, next((each.vocabulary.name for each in prompts if each.vocabulary.name), _NAME))
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    lowered = text.lower()
    allowed = [match.span() for words in whys.allow for match in re.finditer(re.escape(words.casefold()), lowered)]
    kept = [
        (start, end, ask)
        for start, end, ask in found
        if not any(first <= start and end <= last for first, last in quoted)
        and not any(first < end and start < last for first, last in allowed)
    ]
    return tuple(_once(text, kept))


def _once(text: str, found: list[tuple[int, int, str]]) -> Iterator[WhyQuery]:
    """Yield one query for words that overlap, and one for each question."""
    over, asked = -1, set()
    for start, end, ask in sorted(found, key=lambda place: (place[0], -place[1])):
        if start >= over and ask not in asked:
            over = end
            asked.add(ask)
            words = " ".join(text[start:end].split()).strip(" ,;:")
            yield WhyQuery(words if len(words) <= _QUOTE else f"{words[: _QUOTE - 1]}…", ask)


def _prompted(text: str, prompts: _Prompts) -> Iterator[tuple[int, int, str]]:
    contractions = prompts.vocabulary.contractions
    for start, piece in tokens.pieces(text):
        seen = tokens.seen(piece, prompts.contracted)
        near = [(prompt, phrase) for prompt, phrase in prompts.phrases if phrase.may_be_in(seen)]
        if not near:
            continue
        places = tokens.places(piece, contractions)
        for first, written in tokens.parts(piece, contractions):
            for prompt, phrase in near:
                if phrase.is_harmless(written, seen):
                    continue
                for begins, ends in phrase.spans(written):
                    begin = places[first + written.count(" ", 0, begins) - 1][0]
                    last = places[first + written.count(" ", 0, ends - 1) - 1][1]
                    yield start + begin, start + last, prompt.ask


def _named(text: str, names: Sequence[str], ask: str) -> Iterator[tuple[int, int, str]]:
    yield from ((*match.span(), ask) for match in _MENTION.finditer(text))
    for name in dict.fromkeys(word for full in names for word in (full, full.split(" ")[0]) if full.strip()):
        if len(name) < _LEAST_OF_A_NAME or not name[0].isupper():
            continue
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?:['’]s)?(?!\w)", text):  # noqa: RUF001
            before = text[: match.start()].rstrip()
            begins = not before or before[-1] in ".!?\n:"
            if not (begins and name.lower() in _WORDS_TOO):
                yield (*match.span(), ask)


def bad_phrases(vocabulary: WhyVocabulary) -> Iterator[str]:
    """Yield why phrases of a vocabulary can't be used."""
    for prompt in vocabulary.prompts:
        for phrase in (*prompt.phrases, *prompt.unless):
            try:
                compiled(phrase, vocabulary.lists, vocabulary.stops)
            except BadPhraseError as error:
                yield str(error)


def shipped(language: str) -> WhyVocabulary:
    """Return a shipped vocabulary. Raises FileNotFoundError."""
    text = files("bot.policy.wording.whys").joinpath(f"{language}.yml").read_text(encoding="utf-8")
    return WhyVocabulary.model_validate(yaml.load(text, Loader=yaml.CBaseLoader))


@lru_cache(maxsize=_MOST_COMPILED)
def _prompts(whys_json: str) -> Sequence[_Prompts]:
    whys = Whys.model_validate_json(whys_json)
    vocabularies = [shipped(each) for each in whys.languages if each not in whys.vocabularies]
    return [_compiled(each) for each in (*vocabularies, *whys.vocabularies.values())]


def _compiled(vocabulary: WhyVocabulary) -> _Prompts:
    lists, stops = vocabulary.lists, vocabulary.stops
    phrases = []
    for prompt in vocabulary.prompts:
        unless = [Phrase(compiled(each, lists, stops)) for each in prompt.unless]
        phrases += [(prompt, Phrase(compiled(each, lists, stops), unless=unless)) for each in prompt.phrases]
    words = (word for full in vocabulary.contractions.values() for word in full.split())
    return _Prompts(vocabulary, phrases, frozenset(words) | {"not", "'s"})
