"""Texts for people have one voice: one word for one thing, short sentences, no shouting, one form of dates.

It holds for every view in every state and with every policy, for the help of the command line, and for the sentences in
the code. `make words` writes them into one page.
"""

import re
from functools import cache
from pathlib import Path
from typing import Final

import pytest

import bot
from bot.policy.file.loading import PRESETS, preset_text
from tests.support.every_literal import helps, literals
from tests.support.every_word import every_word, never_drawn, sentences

# An old word, and what is written instead.
INSTEAD: Final = {
    r"whoever": "who, or a name",
    r"anew": "again",
    r"nobody has|nobody had|nobody is": "no one",
    r"somebody|everybody|anybody": "someone, everyone, anyone",
    r"by itself|of its own": "automatically",
    r"(?<!that )matters?": "escalation, issue",
    r"harm": "impact",
    r"relief|the clock stands": "impact stopped",
    r"marked as mitigated|not mitigated|handled: mitigated": "impact stopped",
    r"(?:has|have) come back": "reopen",
    r"go(?:es)? on": "continue",
    r"relationship owner": "customer owner",
    r"first answer|first response": "acknowledge",
    r"best describes it|describes it best|heavier level|lighter level": "severity",
    r"rung": "the next person",
    r"corrective action": "follow-up",
    r"as it stands": "as it is",
    r", too late|has not come": "overdue by",
    r"no news is news": "No news? Say so.",
    r"(?:1|one) (?:times|days|accounts|issues)": "the singular",
    r"today|tomorrow|yesterday": "Slack's date, or a day: the message is read later",
}

_LONGEST_SENTENCE: Final = 20
_SHORT_SENTENCE: Final = 14
_SHARE_OF_SHORT: Final = 0.9
# A weekday, a year that isn't needed, or numbers only.
_DATES_OTHERWISE: Final = re.compile(
    r"\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b\d{1,2}\.\d{1,2}\.\d{4}\b|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} [A-Z][a-z]{2}\b"
)
# Policy files have rungs, and rules are named in the reasons they give.
_RUNGS: Final = re.compile(r"\brungs?\b")
_RULE: Final = re.compile(r" \((?:rules?|category) [^()]*\)")
# A time of the day is one word.
_TIME: Final = re.compile(r"(\d:\d\d) [AP]M\b")
_WORD: Final = re.compile(r"\w\S*")


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip().lower()


PRESET_FILES: Final = sorted((Path(bot.__file__).parent / "policy" / "presets").glob("*.yml"))
# What a policy quotes from its source is quoted word for word.
_POLICIES: Final = tuple(_bare(preset_text(name)) for name in (*PRESETS, "catalogue"))


@cache
def _said() -> tuple[tuple[str, str], ...]:
    return tuple((one.place, text) for one in every_word(5) for text in one.all)


@cache
def _sentences() -> tuple[tuple[str, str], ...]:
    found = []
    for place, text in (*_said(), *literals(), *helps()):
        for sentence in sentences(_RUNGS.sub("", text) if place.startswith("policy/") else text):
            # A label stands before some: "Means: …".
            quoted = {_bare(sentence), _bare(sentence.partition(": ")[2]) or "-"}
            if not any(words in policy for words in quoted for policy in _POLICIES):
                found.append((place, sentence))
    return tuple(found)


def _length(sentence: str) -> int:
    return len(_WORD.findall(_TIME.sub(r"\1", _RULE.sub("", sentence))))


def test_every_view_is_drawn() -> None:
    assert never_drawn() == []


def test_the_words_are_found() -> None:
    assert len(_said()) > 500
    assert len(list(literals())) > 500
    assert len(list(helps())) > 10


@pytest.mark.parametrize("old", INSTEAD)
def test_one_thing_has_one_word(old: str) -> None:
    pattern = re.compile(rf"\b(?:{old})\b", re.IGNORECASE)
    assert [one for one in _sentences() if pattern.search(one[1])] == []


def test_sentences_are_short() -> None:
    assert [one for one in _sentences() if _length(one[1]) > _LONGEST_SENTENCE] == []


def test_most_sentences_are_shorter() -> None:
    lengths = [_length(sentence) for _, sentence in _sentences()]
    assert sum(each <= _SHORT_SENTENCE for each in lengths) >= _SHARE_OF_SHORT * len(lengths)


def test_nothing_is_exclaimed() -> None:
    assert [one for one in _sentences() if one[1].endswith("!")] == []


def test_the_slash_command_has_the_name_of_the_setting() -> None:
    """Views are given it (`ESCALATE_COMMAND`); texts without it name the verb alone."""
    presets = ((path.name, path.read_text(encoding="utf-8")) for path in PRESET_FILES)
    assert [place for place, text in (*literals(), *presets) if "`/escalate" in text] == []


def test_dates_have_one_form() -> None:
    assert [one for one in _said() if _DATES_OTHERWISE.search(one[1])] == []
