"""A new colleague goes through four weeks with a mentor, and only what is on record counts."""

import re

import pytest

from bot.errors import NotFound
from bot.views.kit import ids
from tests.support.every_form import CONFIRMED
from tests.support.story import USERS, Story


def begin(story: Story) -> None:
    story.command("ana", "training")
    assert "Week 4: Independent, with a review" in story.form("ana").all_text
    assert story.form("ana").question("mentor")["element"]["initial_user"] == USERS["maria"]
    assert story.submit("ana", mentor=USERS["dana"])["result"] == "updated"


def steps(story: Story, who: str = "ana") -> str:
    """Return how many steps are done, as somebody's form says."""
    found = re.search(r"\d+ of \d+ steps", story.form(who).all_text)
    return found[0] if found else ""


def opened(story: Story, who: str = "ana") -> str:
    story.command(who, "training")
    return story.form(who).all_text


def ended(story: Story, number: int) -> None:
    answer = story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED)
    assert answer["result"] == "closed", answer


def test_the_four_weeks_from_the_first_step_to_the_last(story: Story) -> None:
    begin(story)
    assert steps(story) == "0 of 9 steps"
    assert "*How we work with escalations*" in story.form("ana").all_text
    assert "Escalating is not a failure" in story.form("ana").all_text
    assert "Own one escalation alone" in story.form("ana").all_text
    for number, key in enumerate(("philosophy", "tree", "roles"), start=1):
        story.press_in_form("ana", f"{ids.PRESS_STEP_DONE}-{key}")
        assert steps(story) == f"{number} of 9 steps"
    story.close_form("ana")
    _drill(story)
    assert "*Week 1: Overview*" in opened(story)
    assert steps(story) == "4 of 9 steps"
    story.close_form("ana")
    numbers = [story.declare("noor", account=account, level="sev3") for account in ("Acme", "Hooli")]
    for number in numbers:
        opened(story)
        story.press_in_form("ana", f"{ids.PRESS_SHADOW}-shadow")
        assert story.submit("ana", escalation=str(number))["result"] == "updated"
        assert f"ESC-{number}" in story.form("ana").all_text
        story.close_form("ana")
        assert "ana" in story.members(number)
        assert not story.pages("ana")
    assert "Running: ESC-1, ESC-2" in opened(story)
    for number in numbers:
        ended(story, number)
    assert "(2 of 2)" in opened(story)
    assert steps(story) == "5 of 9 steps"


def test_a_mentor_marks_what_they_saw_only_once_there_is_something_to_see(story: Story) -> None:
    begin(story)
    story.close_form("ana")
    assert "<@U01ANA> · 0 of 9 steps" in opened(story, "dana")
    story.press_in_form("dana", f"{ids.PRESS_TRAINEE}-U01ANA")
    story.press_in_form("dana", f"{ids.PRESS_STEP_DONE}-supervised")
    assert "hasn't owned an escalation that has ended yet" in story.form("dana").all_text
    number = story.declare("ana", level="sev3")
    assert story.facts(number).holder("relationship_owner") == "U01ANA"
    ended(story, number)
    opened(story, "dana")
    story.press_in_form("dana", f"{ids.PRESS_TRAINEE}-U01ANA")
    story.press_in_form("dana", f"{ids.PRESS_STEP_DONE}-supervised")
    assert steps(story, "dana") == "1 of 9 steps"


def test_nobody_marks_for_themselves_what_a_mentor_marks_and_strangers_see_nothing(story: Story) -> None:
    begin(story)
    trainees = story.program.services.trainees
    for who, key in (("ana", "supervised"), ("eli", "supervised"), ("eli", "tree"), ("ana", "gone"), ("dana", "tree")):
        with pytest.raises(NotFound):
            trainees.mark(USERS["ana"], key, by=USERS[who])
    with pytest.raises(NotFound, match="Only their mentor"):
        trainees.view(viewer=USERS["eli"], person=USERS["ana"])


def test_a_manager_sees_their_people_without_being_their_mentor(story: Story) -> None:
    begin(story)
    assert "<@U01ANA> · 0 of 9 steps" in opened(story, "maria")


def test_one_cannot_mentor_oneself(story: Story) -> None:
    story.command("ana", "training")
    assert story.submit("ana", mentor=USERS["ana"])["errors"] == {"mentor": "Choose a colleague."}


def test_a_confidential_escalation_cannot_be_shadowed_by_whom_it_is_hidden_from(story: Story) -> None:
    story.command("eli", "training")
    story.submit("eli", mentor=USERS["dana"])
    story.close_form("eli")
    for key in ("philosophy", "tree", "roles"):
        story.program.services.trainees.mark(USERS["eli"], key, by=USERS["eli"])
    _drill(story, "eli")
    number = story.declare("noor", account="Globex", level="sev3", confidential=["confidential"])
    opened(story, "eli")
    story.press_in_form("eli", f"{ids.PRESS_SHADOW}-shadow")
    assert "No open escalations" in story.form("eli").all_text
    with pytest.raises(NotFound):
        story.program.services.trainees.shadow("shadow", number, by=USERS["eli"])


def _drill(story: Story, who: str = "ana") -> None:
    story.command(who, "drill")
    story.submit(who, scenario="exports")
    story.forward(minutes=13)
