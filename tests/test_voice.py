"""What people read is in one voice: one word for one thing, short sentences, no shouting, one form of dates."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

import bot
from tests.support.every_word import every_word, literals, sentences

# An old word, and what is written instead.
INSTEAD: Final = {
    r"whoever": "who, or a name",
    r"anew": "again",
    r"nobody has|nobody had|nobody is": "no one",
    r"somebody|everybody|anybody": "someone, everyone, anyone",
    r"by itself|of its own": "automatically",
    r"matters?": "escalation, issue",
    r"harm": "impact",
    r"relief": "impact stopped",
    r"(?:has|have) come back": "reopen",
    r"go(?:es)? on": "continue",
    r"relationship owner": "customer owner",
    r"first answer": "acknowledge",
    r"best describes it|describes it best": "severity",
    r"rung": "the next person",
    r"corrective action": "follow-up",
    r"as it stands": "as it is",
    r", too late": "overdue by",
}
_BANNED: Final = re.compile(rf"\b(?:{'|'.join(INSTEAD)})\b", re.IGNORECASE)
# A list of facts may be longer than a sentence.
_LONGEST_SENTENCE: Final = 26
_DATES_OTHERWISE: Final = re.compile(r"\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b\d{1,2}\.\d{1,2}\.\d{4}\b")
_OVERVIEW: Final = ("overview.", "listing.py", "digest.py", "picker.py", "feed.py")
# What policies quote from their sources word for word, and words for customers, which are letters.
_QUOTED: Final = (*_OVERVIEW, "policies.policy_table.", "policies.policy_simulation.")
_LETTERS: Final = ("Subject:", "Thank you for telling us", "We are still investigating", "Our team")


@cache
def _said() -> tuple[tuple[str, str], ...]:
    return tuple(
        (one.place, text)
        for one in every_word(are_varied=False)
        if not one.place.startswith(_QUOTED)
        for text in one.all
    )


def _sentences() -> Iterator[tuple[str, str]]:
    for place, text in _said():
        for sentence in sentences(text):
            yield place, sentence


def test_the_words_are_found() -> None:
    assert len(_said()) > 500


@pytest.mark.parametrize("old", INSTEAD)
def test_one_thing_has_one_word(old: str) -> None:
    assert [one for one in _sentences() if re.search(rf"\b(?:{old})\b", one[1], re.IGNORECASE)] == []


@pytest.mark.parametrize("folder", ["views", "handlers", "services", "commands", "errors.py"])
def test_no_literal_has_an_old_word(folder: str) -> None:
    found = literals(Path(bot.__file__).parent / folder)
    assert [one for one in found if _BANNED.search(one[1]) and not one[0].startswith(_OVERVIEW)] == []


def test_sentences_are_short() -> None:
    long = [
        (place, sentence)
        for place, sentence in _sentences()
        if len(sentence.split()) > _LONGEST_SENTENCE and not sentence.startswith((">", *_LETTERS))
    ]
    assert long == []


def test_nothing_is_exclaimed() -> None:
    assert [one for one in _sentences() if one[1].endswith("!")] == []


def test_dates_have_one_form() -> None:
    assert [one for one in _said() if _DATES_OTHERWISE.search(one[1])] == []
