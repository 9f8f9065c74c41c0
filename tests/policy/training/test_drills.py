"""Drills as pure functions: when lines come, what is reminded of, and the score."""

from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import ValidationError

from bot.policy.file.loading import preset
from bot.policy.model.training import Beat, DrillStep, Scenario, Speaker, Training
from bot.policy.model.wording import WordingRule
from bot.policy.training import material, scoring
from bot.policy.training.drills import DrillFacts, DrillStatus, EventKind
from bot.policy.wording.check import check
from tests.support.drills import START, at, listen, step

SCENARIOS = material.scenarios(Training())
GOOD = "We know what it means for you, and we look into it with priority. Nothing of yours is lost."


def begun(key: str = "exports") -> DrillFacts:
    return DrillFacts(number=1, person="U01ANA", scenario=SCENARIOS[key], started_at=START, channel="C1")


def played_well(key: str) -> DrillFacts:
    """Play a drill as it should be: answer each minute what is asked, keep every promise, close at the end."""
    drill = step(begun(key), DrillStep.ACKNOWLEDGED, 0.5)
    for minute in range(1, drill.scenario.lasts):
        drill = listen(drill, minute)
        if drill.first(DrillStep.FIXED) is not None:
            break
        if minute % 10 == 0:
            drill = step(drill, DrillStep.ANSWERED, minute, note=str(minute))
            drill = step(drill, DrillStep.UPDATED, minute + 0.1, text=GOOD, until=at(drill, minute + 20))
    minute += 1
    drill = step(drill, DrillStep.ANSWERED, minute, note="last")
    drill = step(drill, DrillStep.UPDATED, minute + 0.1, text=GOOD, until=at(drill, minute + 20))
    drill = step(drill, DrillStep.IMPACT_STOPPED, minute + 1)
    drill = step(drill, DrillStep.RESOLVED, minute + 2, text="A deploy")
    drill = step(drill, DrillStep.ASKED, minute + 3)
    drill = listen(drill, minute + 9)
    drill = step(drill, DrillStep.CLOSED, minute + 10, text="A limit", note="Sam, by Friday")
    return replace(drill, ended_at=at(drill, minute + 10))


@pytest.mark.parametrize("key", SCENARIOS)
def test_every_shipped_drill_can_be_played_to_a_hundred(key: str) -> None:
    lines = scoring.score(played_well(key))
    assert scoring.total(lines) == 100, lines
    assert not any(line.better for line in lines)


@pytest.mark.parametrize("key", SCENARIOS)
def test_silence_ends_every_drill_and_scores_next_to_nothing(key: str) -> None:
    drill = listen(begun(key), SCENARIOS[key].lasts)
    assert drill.ended_at == at(drill, SCENARIOS[key].lasts)
    lines = scoring.score(drill)
    assert scoring.total(lines) <= 20
    assert len(lines) == 5
    assert sum(bool(line.better) for line in lines) >= 4
    assert drill.status is DrillStatus.ENDED


def test_a_drills_minutes_pass_faster_also_when_the_clocks_change() -> None:
    drill = begun()
    assert drill.minute(START + timedelta(minutes=6)) == 60
    assert drill.ends_at == START + timedelta(minutes=12)


def test_a_question_is_answered_by_whom_it_was_put_to() -> None:
    customers = {"by": "customer", "says": "And?", "at": 5, "answer_within": 10}
    drill = listen(step(_with(customers), DrillStep.ACKNOWLEDGED, 1), 6)
    internal = step(drill, DrillStep.ANSWERED, 7, note="1.1")
    over = replace(internal, ended_at=at(drill, 40))
    assert scoring.score(over)[3].points == 0
    told = step(internal, DrillStep.UPDATED, 8, text=GOOD)
    assert scoring.score(replace(told, ended_at=at(drill, 40)))[3].points == 20


def test_a_question_at_the_very_end_counts_for_nothing() -> None:
    drill = listen(_with({"by": "customer", "says": "And?", "at": 5, "answer_within": 10}), 6)
    assert scoring.score(replace(drill, ended_at=at(drill, 8)))[3].said == "No answer was due."


def test_a_promise_that_is_broken_shows_how_late() -> None:
    drill = step(begun(), DrillStep.ACKNOWLEDGED, 1)
    drill = step(drill, DrillStep.UPDATED, 10, text=GOOD, until=at(drill, 20))
    drill = step(drill, DrillStep.UPDATED, 32, text=GOOD, until=at(drill, 60))
    line = scoring.score(replace(drill, ended_at=at(drill, 50)))[1]
    assert line.points == 10
    assert line.said == "1 of 2 updates came in time."
    assert "12 min late" in line.better


def test_a_note_for_colleagues_keeps_no_promise_to_the_customer() -> None:
    drill = step(begun(), DrillStep.UPDATED, 10, note="Sam looks at it.")
    assert scoring.promises(replace(drill, ended_at=at(drill, 40))) == [scoring.DrillPromise(at(drill, 30), None)]


def test_texts_with_findings_cost_points_and_say_what() -> None:
    drill = step(
        begun(), DrillStep.UPDATED, 10, text="Fixed by noon.", findings=(WordingRule.TIMELINE,), quote="by noon"
    )
    line = scoring.score(replace(drill, ended_at=at(drill, 20)))[2]
    assert line.points == 12
    assert line.said == "1 of 1 weren't fit to send: “by noon” promises a time for the fix."


def test_the_same_words_for_both_sides_cost_points() -> None:
    drill = step(begun(), DrillStep.UPDATED, 10, text=GOOD, note=GOOD)
    assert "same words" in scoring.score(replace(drill, ended_at=at(drill, 20)))[2].said


def test_asking_again_is_answered_again() -> None:
    drill = step(begun(), DrillStep.ASKED, 10)
    drill = listen(drill, 14)
    assert drill.first(DrillStep.CONFIRMED) is None
    drill = listen(drill, 39)
    drill = listen(step(drill, DrillStep.ASKED, 40), 44)
    assert drill.first(DrillStep.CONFIRMED) is not None
    said = [event.text for event in drill.events if event.kind is EventKind.LINE]
    assert said.count("No, it just stopped at 40 % again.") == 1


def test_good_texts_of_the_tests_are_good_by_the_guard() -> None:
    assert not check(GOOD, preset("sev").wording)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"script": [{"by": "customer", "says": "Hi", "at": 1, "after": "updated"}]}, "give it one of"),
        ({"script": [{"by": "customer", "says": "Hi", "at": 1}]}, "without it nobody can close"),
        ({"cast": {"engineer": {"name": "Sam", "role": "on call"}}}, "no name"),
        ({"script": [{"by": "customer", "says": "Hi", "at": 1, "gives": "closed"}]}, "is what a person does"),
        ({"script": [{"by": "customer", "says": "Hi", "at": 1, "each": True}]}, "each has an effect only with after"),
    ],
)
def test_a_scenario_that_cannot_be_played_is_refused(changed: dict[str, object], says: str) -> None:
    given = SCENARIOS["exports"].model_dump(mode="json", exclude_defaults=True)
    with pytest.raises(ValidationError, match=says):
        Scenario.model_validate({**given, **changed})


def test_a_policy_replaces_a_drill_and_adds_others() -> None:
    own = SCENARIOS["exports"].model_copy(update={"title": "Ours"})
    added = own.model_copy(update={"key": "ours"})
    found = material.scenarios(Training(drills=(own, added)))
    assert found["exports"].title == "Ours"
    assert set(found) == {*SCENARIOS, "ours"}


def test_every_customer_reads_what_should_not_be_sent() -> None:
    for scenario in SCENARIOS.values():
        assert any(beat.after_finding for beat in scenario.script), scenario.key
        assert scenario.name(Speaker.CUSTOMER)


def _with(*beats: dict[str, object]) -> DrillFacts:
    drill = begun()
    given = tuple(Beat.model_validate(beat) for beat in beats)
    script = (*given, *(beat for beat in drill.scenario.script if beat.gives))
    return replace(drill, scenario=drill.scenario.model_copy(update={"script": script}))
