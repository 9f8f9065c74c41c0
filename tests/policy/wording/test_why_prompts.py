"""The five whys stop at the system: what is queried in them, with which question, and what isn't."""

import pytest

from bot.policy.file.loading import preset
from bot.policy.model.reviews import Whys
from bot.policy.wording.why_prompts import bad_phrases, queries, shipped
from tests.policy.wording.why_corpus import NAMES, LabelledWhy, read

WHYS = Whys()


def judged(half: str) -> tuple[list[LabelledWhy], list[LabelledWhy]]:
    """Return the lines of a half that are queried wrongly, and those that aren't queried although they should be."""
    wrong, missing = [], []
    for line in read(half):
        is_queried = bool(queries(line.text, WHYS, names=NAMES))
        if is_queried and not line.stops:
            wrong.append(line)
        if line.stops and not is_queried:
            missing.append(line)
    return wrong, missing


def test_every_line_of_the_tuned_half_is_judged_rightly() -> None:
    assert judged("tuned") == ([], [])


def test_few_lines_of_the_other_half_are_judged_wrongly() -> None:
    lines = list(read("held_out"))
    wrong, missing = judged("held_out")
    stops = sum(line.stops for line in lines)
    found = stops - len(missing)
    assert found / (found + len(wrong)) >= 0.95, wrong
    assert found / stops >= 0.95, missing


@pytest.mark.parametrize("half", ["tuned", "held_out"])
def test_each_half_has_lines_of_both_kinds(half: str) -> None:
    lines = list(read(half))
    assert min(sum(line.stops for line in lines), sum(not line.stops for line in lines)) >= 20
    assert len({line.text for line in lines}) == len(lines)


def test_no_line_is_in_both_halves() -> None:
    assert {line.text for line in read("tuned")}.isdisjoint(line.text for line in read("held_out"))


def test_the_example_of_the_source_is_queried_and_its_better_one_isnt() -> None:
    (query,) = queries("The CSM did not see the alert.", WHYS)
    assert query.text == "CSM did not see"
    assert query.ask == "Which signal or check was missing?"
    assert queries("Alerts route to email, which the CSM does not monitor during EU hours.", WHYS) == ()


def test_a_name_is_queried_whole_and_not_as_another_word() -> None:
    (query,) = queries("The limit was raised by Dana Kim.", WHYS, names=NAMES)
    assert query.text == "Dana Kim"
    assert query.ask == "Would anyone in that place have done the same? What let it happen?"
    assert queries("Danaher's export. Will it hold? An analysis.", WHYS, names=NAMES) == ()


def test_one_question_is_asked_once() -> None:
    said = "1. She should have known.\n2. They should have tested.\n3. Human error."
    assert [query.text for query in queries(said, WHYS)] == ["should have", "Human error"]


def test_german_is_asked_about_in_german() -> None:
    (query,) = queries("Der Kollege hat den Alarm nicht gesehen.", WHYS)
    assert query.ask.startswith("Wer musste handeln")


def test_a_policy_allows_words_replaces_a_language_and_switches_it_off() -> None:
    said = "It was human error."
    assert queries(said, Whys(allow=("human error",))) == ()
    assert queries(said, Whys(languages=("de",))) == ()
    assert queries(said, Whys(languages=())) == ()
    own = Whys.model_validate({"vocabularies": {"en": {"prompts": [{"ask": "Which button?", "phrases": ["button"]}]}}})
    assert [query.ask for query in queries("The button. Human error.", own)] == ["Which button?"]


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_shipped_phrases_can_be_read(language: str) -> None:
    assert list(bad_phrases(shipped(language))) == []


def test_a_preset_asks() -> None:
    assert queries("Human error.", preset("sev").reviews.whys) != ()
