"""The language in which phrases of the wording guard are written."""

import re

import pytest

from bot.errors import BadInput
from bot.policy.file.loading import load
from bot.policy.wording.lexicon import bad_phrases, shipped
from bot.policy.wording.phrases import BadPhraseError, compiled

LISTS = {"fixed": ["fixed", "back up"], "soon": ["by #clock", "soon"]}


def matches(phrase: str, sentence: str) -> bool:
    return re.search(f"(?<= ){compiled(phrase, LISTS, ['not']).pattern}", f" {sentence} ") is not None


@pytest.mark.parametrize(
    ("phrase", "sentence"),
    [
        ("we will refund", "we will refund you"),
        ("we|they will refund", "they will refund"),
        ("we will gladly? refund", "we will refund"),
        ("we will ..2 refund", "we will most gladly refund"),
        ("refund* you", "refunding you"),
        ("be {fixed} {soon}", "be back up by #clock"),
        ("fixed by", "fixed , by"),
    ],
)
def test_a_phrase_matches(phrase: str, sentence: str) -> None:
    assert matches(phrase, sentence)


@pytest.mark.parametrize(
    ("phrase", "sentence"),
    [
        ("we will refund", "we will not refund"),
        ("we will ..2 refund", "we will not refund"),
        ("we will ..2 refund", "we will look at your refund"),
        ("we will ..2 refund", "we will see ; refund"),
        ("refund", "refunds"),
        ("be {fixed} {soon}", "be fixed"),
    ],
)
def test_a_phrase_does_not_match(phrase: str, sentence: str) -> None:
    assert not matches(phrase, sentence)


@pytest.mark.parametrize(
    ("phrase", "says"),
    [
        ("we {unknown}", "names the list 'unknown'"),
        ("we .. a .. b .. c .. d .. e", "more than 4 gaps"),
        ("we will ..", "begins or ends with a gap"),
        ("(a+)+", "neither a word nor a list"),
        ("maybe?", "needs a word that can't be missing"),
    ],
)
def test_a_phrase_that_cannot_be_used_says_why(phrase: str, says: str) -> None:
    with pytest.raises(BadPhraseError, match=re.escape(says)):
        compiled(phrase, LISTS)


def test_a_list_cannot_name_itself_for_ever() -> None:
    with pytest.raises(BadPhraseError, match="lists within lists"):
        compiled("{a}", {"a": ["{a}"]})


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_shipped_phrase_can_be_used(language: str) -> None:
    assert [*bad_phrases(shipped(language))] == []


def test_a_policy_file_with_a_bad_phrase_is_refused_at_its_line() -> None:
    text = """extends: sev
wording:
  languages: [en, es]
  vocabularies:
    fr:
      expressions:
        - {rule: legal, why: Non., better: Oui., phrases: ["(a+)+"]}
"""
    with pytest.raises(BadInput) as refused:
        load(text, "policy.yml")
    assert "there is no vocabulary 'es'" in str(refused.value)
    assert "'(a+)+', which is neither a word nor a list" in str(refused.value)
