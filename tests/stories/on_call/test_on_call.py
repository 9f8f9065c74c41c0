"""Asking in Slack who is on call."""

import pytest

from bot.models.account import Person, PersonState
from bot.policy.members import MemberType
from tests.support.story import Story


def answer(story: Story, who: str, text: str) -> str:
    return str(story.command(who, text)["ack"])


def test_anybody_asks_who_is_on_call_now_and_next(story: Story) -> None:
    """Friday 2026-03-06 is in Dana's week; Eli has the next."""
    said = answer(story, "noor", "oncall")
    assert "*Exports and reports*\\n<@U01DANA> until" in said
    assert "Next: <@U01ELI> from" in said
    story.skip_to("Mon 2026-03-09 04:00")
    assert "<@U01ELI> until" in answer(story, "noor", "oncall exports")


def test_an_area_is_found_by_its_name_and_shows_the_next_shifts(story: Story) -> None:
    said = answer(story, "noor", "on-call Exports and Reports")
    assert said.count("<@U01DANA>") >= 3
    assert story.has_form("noor") is False


def test_an_unknown_area_is_answered_with_those_there_are(story: Story) -> None:
    assert "No area is called “imports”. Areas: exports." in answer(story, "noor", "oncall imports")


def test_a_sentence_that_begins_with_oncall_declares(story: Story) -> None:
    story.command("noor", "oncall engineer of Acme says exports are down")
    assert story.form("noor").title == "Declare an escalation"


def test_a_guest_is_not_told_who_is_on_call(story: Story) -> None:
    with story.program.services.database.transaction() as tx:
        row = tx.session.query(Person).filter_by(slack_id="U01NOOR").one()
        row.member_type, row.state = MemberType.SINGLE_CHANNEL_GUEST, PersonState.ACTIVE
    said = answer(story, "noor", "oncall")
    assert "U01DANA" not in said
    assert "own people" in said


@pytest.mark.parametrize(("text", "named"), [("help", "oncall"), ("help commands", "oncall [area]")])
def test_the_help_names_it(story: Story, text: str, named: str) -> None:
    assert named in answer(story, "noor", text)
