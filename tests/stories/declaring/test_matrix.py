"""Under a policy with a matrix, the form asks two questions instead of the severity."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.policy.model.matrix import Answers
from bot.views.kit import ids
from tests.stories.policies.own_policy import write
from tests.support.every_press import press
from tests.support.story import Story
from tests.support.story import story as told

OWN = """
extends: sev
name: own
version: "1"
next_review_on: 2199-01-01
matrix:
  broken:
    answers: {down: The service is down, part: A core feature fails, awkward: Slow or awkward}
  affected:
    answers: {all: Everyone, team: A team}
  levels:
    down: {all: sev1, team: sev2}
    part: {all: sev2, team: sev3}
    awkward: {all: sev3, team: sev4}
"""


@pytest.fixture
def own(sqlite_url: str, folder: Path) -> Iterator[Story]:
    write(folder, OWN)
    with told(sqlite_url, folder, policy=str(folder / "own.yml")) as begun:
        yield begun


def drawn(story: Story) -> str:
    return json.dumps(story.form("noor").raw, ensure_ascii=False)


def test_two_answers_give_the_level_and_the_form_says_it_at_once(own: Story) -> None:
    own.command("noor", "acme exports fail")
    form = own.form("noor")
    assert [form.question(key)["label"]["text"] for key in ("broken", "affected")] == [
        "How much is broken?",
        "How many are affected?",
    ]
    assert ids.LEVEL not in form.inputs
    own.choose("noor", ids.BROKEN, "part")
    assert "acknowledges by" not in drawn(own)
    own.choose("noor", ids.AFFECTED, "all")
    assert "*Sev 2. <@U01DANA> acknowledges by" in drawn(own)
    own.choose("noor", ids.BROKEN, "down")
    assert "*Sev 1. <@U01DANA> acknowledges by" in drawn(own)
    own.submit("noor")
    facts = own.facts(1)
    assert (facts.chosen_level, facts.level, facts.answers) == ("sev1", "sev1", Answers("down", "all"))
    assert "“The service is down” and “Everyone” make it Sev 1." in own.card(1).all_text


def test_a_strategic_account_rises_from_the_level_of_the_answers(own: Story) -> None:
    own.command("noor", "globex imports fail")
    own.choose("noor", ids.BROKEN, "awkward")
    own.choose("noor", ids.AFFECTED, "all")
    assert "Globex is strategic, so this becomes Sev 2." in drawn(own)
    own.submit("noor")
    assert (own.facts(1).chosen_level, own.facts(1).level) == ("sev3", "sev2")


def test_a_missing_answer_is_asked_for_where_it_is_missing(own: Story) -> None:
    own.command("noor", "acme exports fail")
    answer = own.by_hand("submit", "noor", values={"broken": "down"})
    assert "affected" in answer["errors"]


def test_a_category_asks_why_the_answers_give_a_lighter_level(own: Story) -> None:
    own.command("noor", "acme charged twice")
    own.press_in_form("noor", ids.MORE_OPTIONS)
    own.choose("noor", ids.CATEGORY, "financial")
    own.choose("noor", ids.BROKEN, "awkward")
    own.choose("noor", ids.AFFECTED, "team")
    assert own.form("noor").question("level-reason")["label"]["text"] == "Financial Issues start at Sev 2. Why Sev 4?"
    own.submit("noor", **{"level-reason": "They can wait."})
    assert own.facts(1).level == "sev4"


def test_answers_of_a_policy_that_has_changed_meanwhile_are_asked_again(own: Story, folder: Path) -> None:
    own.command("noor", "acme exports fail")
    own.choose("noor", ids.BROKEN, "down")
    own.choose("noor", ids.AFFECTED, "team")
    write(folder, OWN.replace("down:", "dead:").replace('version: "1"', 'version: "2"'))
    own._run(own.program.engine.files.reload())
    own._run(own.program.engine.files.reload())
    answer = own.submit("noor")
    assert answer["errors"] == {"broken": "Choose an answer."}


def test_the_policy_shows_the_table_and_a_simulation_asks_the_same(own: Story) -> None:
    own.command("omar", "policy")
    press(own, "omar", ids.PICK_POLICY_PART, "levels")
    own.settle()
    said = own.form("omar").all_text
    assert "*How severity is found*" in said
    assert "• *A core feature fails:* Everyone → Sev 2, A team → Sev 3" in said
    own.command("omar", "simulate")
    form = own.form("omar")
    assert "level" not in form.inputs
    own.submit("omar", broken="part", affected="team")
    assert "“A core feature fails” and “A team” make it Sev 3." in json.dumps(own.form("omar").raw, ensure_ascii=False)
