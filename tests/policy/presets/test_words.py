"""The texts of the presets are those of their sources, word for word, where a source has words."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from bot.policy.file.documents import read
from bot.policy.file.loading import preset_text
from tests.policy.presets.source_words import OURS, WORDS

# They are beside the repository on some machines, and never published with it.
SOURCES: Final = Path(__file__).resolve().parents[4] / "shared" / "sources"
FILES: Final = ("catalogue", "sev", "programme", "p-levels", "three-tier")
TEXTS: Final = frozenset(
    (
        *("label", "title", "name", "definition", "short", "urgency", "examples", "triggers", "text", "do", "dont"),
        *("required", "steps", "process", "good", "poor", "questions", "signs", "include", "holding_message", "track"),
        *("standard", "urgent", "new_hires", "ongoing", "resources", "criteria", "sources", "exit_criteria"),
        *("afterwards", "identified_by"),
    )
)


def texts(value: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the texts that people read."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key != "languages":  # translations of what is ours
                yield from texts(part, (*path, key))
    elif isinstance(value, list):
        for part in value:
            yield from texts(part, path)
    elif isinstance(value, str) and len(path) > 1 and path[-1] in TEXTS:
        # S3 calls its heaviest level so.
        yield value.strip().replace("{heaviest}", "Critical")


def shipped() -> set[str]:
    return {text for name in FILES for text in texts(read(preset_text(name), name).data)}


def test_every_text_is_a_sources_or_is_known_to_be_ours() -> None:
    known = {words for found in WORDS.values() for words in found} | set(OURS)
    assert sorted(shipped() - known) == [], "a text has changed: is it still the source's?"


def test_no_text_of_a_source_has_been_lost() -> None:
    known = {words for found in WORDS.values() for words in found} | set(OURS)
    assert sorted(known - shipped()) == []


@pytest.mark.skipif(not SOURCES.is_dir(), reason="the sources are not on this machine")
@pytest.mark.parametrize("source", sorted(WORDS))
def test_the_sources_have_these_words(source: str) -> None:
    (file,) = SOURCES.glob(f"00{source[1:]}_*.txt")
    whole = plain(file.read_text(encoding="utf-8"))
    assert [words for words in WORDS[source] if plain(words).rstrip(".") not in whole] == []


def plain(text: str) -> str:
    """Return a text without what differs only in print: quotation marks, markup, addresses, white space."""
    for mark, same in (("\u201c", '"'), ("\u201d", '"'), ("\u2019", "'"), ("[company]", "example")):
        text = text.replace(mark, same)
    return re.sub(r"\s+", " ", re.sub(r"[*>`|]", " ", text)).strip().casefold()
