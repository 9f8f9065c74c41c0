"""The two-question matrix: docs/policy.md#matrix."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.errors import BadInput
from bot.policy.decide.evaluation import Decision, Override, evaluate
from bot.policy.file.loading import check, dump, load
from bot.policy.model.facts import AccountFacts, Issue
from bot.policy.model.matrix import Answers
from bot.policy.model.rules import Policy
from bot.policy.preview.simulation import SimulationQuestion, simulate
from bot.views.policies import policy_words

MONDAY = datetime(2025, 1, 6, 15, tzinfo=UTC)

MATRIX = """
extends: sev
name: asked
matrix:
  broken:
    answers: {down: The service is down, part: A core feature fails, awkward: Slow or awkward}
  affected:
    question: How many people are affected?
    answers: {all: Everyone, team: {label: A team}}
  levels:
    down: {all: sev1, team: sev2}
    part: {all: sev2, team: sev3}
    awkward: {all: sev3, team: sev4}
"""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load(MATRIX, "asked.yml")


def decide(policy: Policy, broken: str, affected: str, level: str | None = None, **facts: Any) -> Decision:
    answers = Answers(broken, affected)
    return evaluate(policy, AccountFacts(**facts), Issue(level=level, answers=answers), declared_at=MONDAY)


@pytest.mark.parametrize(
    ("broken", "affected", "level"),
    [
        ("down", "all", "sev1"),
        ("down", "team", "sev2"),
        ("part", "all", "sev2"),
        ("part", "team", "sev3"),
        ("awkward", "all", "sev3"),
        ("awkward", "team", "sev4"),
    ],
)
def test_two_answers_give_the_level(policy: Policy, broken: str, affected: str, level: str) -> None:
    assert decide(policy, broken, affected).level == level


def test_the_trace_repeats_the_answers(policy: Policy) -> None:
    assert decide(policy, "part", "team").trace == ("“A core feature fails” and “A team” make it Sev 3.",)


def test_rules_weigh_the_level_of_the_answers(policy: Policy) -> None:
    decision = decide(policy, "part", "team", tier="strategic")
    assert (decision.chosen, decision.level) == ("sev3", "sev2")


def test_a_level_set_otherwise_stands_and_is_not_explained_by_the_answers(policy: Policy) -> None:
    assert decide(policy, "part", "team", level="sev1").trace == ()
    override = Override("sev1", "maria", "the CEO called")
    issue = Issue(answers=Answers("part", "team"))
    assert evaluate(policy, AccountFacts(), issue, declared_at=MONDAY, override=override).level == "sev1"


def test_answers_that_the_policy_does_not_have_count_for_nothing(policy: Policy) -> None:
    assert decide(policy, "gone", "team", level="sev3").level == "sev3"
    assert decide(load("extends: sev\n", "sev.yml"), "part", "team", level="sev3").trace == ()


def test_a_policy_with_a_matrix_is_the_same_when_written_and_stored(policy: Policy) -> None:
    assert load(dump(policy), "again.yml") == policy
    assert Policy.model_validate_json(policy.model_dump_json()) == policy


def test_the_table_in_words_has_a_row_for_each_answer(policy: Policy) -> None:
    assert policy_words.asked(policy) == [
        ["How much is broken? / How many people are affected?", "Everyone", "A team"],
        ["The service is down", "Sev 1", "Sev 2"],
        ["A core feature fails", "Sev 2", "Sev 3"],
        ["Slow or awkward", "Sev 3", "Sev 4"],
    ]


def ask(policy: Policy, **given: Any) -> SimulationQuestion:
    return SimulationQuestion(policy=policy, declared_at=MONDAY, **given)


def test_a_simulation_takes_answers_instead_of_a_level(policy: Policy) -> None:
    assert simulate(ask(policy, broken="down", affected="team"))["level"] == "sev2"


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({}, "there is no level; name one, or two answers"),
        ({"broken": "down"}, "there is no answer to “How many people are affected?” (affected)"),
        ({"broken": "dwn", "affected": "all"}, "there is no answer 'dwn' to “How much is broken?” (broken); did you"),
        ({"broken": "down", "affected": "all", "level": "sev1"}, "the answers give the level, so leave it out"),
    ],
)
def test_a_simulation_says_what_is_wrong_with_the_answers(policy: Policy, given: dict[str, str], problem: str) -> None:
    with pytest.raises(BadInput) as refused:
        simulate(ask(policy, **given))
    assert problem in str(refused.value)


def test_a_policy_without_a_matrix_takes_no_answers() -> None:
    with pytest.raises(BadInput, match="sev has no matrix; name a level instead of answers"):
        simulate(ask(load("extends: sev\n", "sev.yml"), broken="down", affected="all"))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("down: {all: sev1, team: sev2}", "down: {all: sev1}", "matrix.levels.down: no level for down with team"),
        ("    down: {all: sev1, team: sev2}\n", "", "matrix.levels.down: no level for down with all, team"),
        ("all: sev1", "all: sev9", "line 11: matrix.levels.down.all: there is no level 'sev9'"),
        ("all: sev1", "all: sev2, al: sev1", "matrix.levels.down.al: there is no answer to matrix.affected 'al'; did"),
        ("    part: {all", "    pat: {all", "matrix.levels.pat: there is no answer to matrix.broken 'pat'; did you"),
        (", team: {label: A team}", "", "line 9: matrix.affected.answers: 1 is too few; write at least 2"),
        (
            "down: The service is down, ",
            "a: A, b: B, c: C, d: D, ",
            "matrix.broken.answers: 6 are too many; write at most 5",
        ),
        ("The service is down", "x" * 76, "matrix.broken.answers.down.label: 76 characters are too many"),
        ("  levels:\n    down", "  level:\n    down", "matrix.level: there is no such key; did you mean levels?"),
        ("{label: A team}", "{lable: A team}", "matrix.affected.answers.team.lable: there is no such key"),
    ],
)
def test_problems_of_the_matrix_name_line_and_field(old: str, new: str, problem: str) -> None:
    assert old in MATRIX
    with pytest.raises(BadInput) as refused:
        load(MATRIX.replace(old, new), "asked.yml")
    assert problem in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "warning"),
    [
        ("team: sev4", "team: sev3", "matrix.levels: no answers lead to Sev 4"),
        ("part: {all: sev2", "part: {all: sev4", "matrix.levels.awkward.all: awkward with all is heavier than part"),
    ],
)
def test_check_warns_of_levels_out_of_reach_and_of_a_table_out_of_order(old: str, new: str, warning: str) -> None:
    assert old in MATRIX
    found = check(MATRIX.replace(old, new), "asked.yml", date(2025, 1, 1)).warnings
    assert any(warning in each for each in found), found
