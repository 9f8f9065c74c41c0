"""A Sev 1 that is acknowledged, and whose update stays late: what it says is true, and nothing asks to acknowledge."""

import pytest

from bot.views.kit import ids
from tests.support.person import Seen
from tests.support.story import USERS, Story

PEOPLE = ("dana", "ana", "maria", "omar")
FALSE = ("No one responded", "No one has responded", "hasn't responded", "You didn't respond", "Acknowledge\n")


@pytest.fixture
def number(story: Story) -> int:
    return story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")


def of_pages(story: Story, who: str) -> list[Seen]:
    """Return the messages of pages that somebody has, live or handled."""
    return [message for message in story.direct(who) if message.text.startswith(":pager:")]


def all_said(story: Story, number: int) -> str:
    """Return the texts of card, channel and pages, a line for each button."""
    seen = [*story.messages(number), *(page for who in PEOPLE for page in of_pages(story, who))]
    return "\n".join(f"{message.all_text}\n" for message in seen)


def test_after_the_acknowledgement_of_a_page_that_went_on_only_the_late_update_is_asked_for(
    story: Story, number: int
) -> None:
    story.forward(minutes=50)
    story.press("noor", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    assert [of_pages(story, "dana")[0].text.rpartition(". ")[2], of_pages(story, "dana")[0].buttons] == [
        "Handled: acknowledged by <@U01NOOR>.",
        [],
    ]
    live = next(page for who in PEOPLE for page in of_pages(story, who) if page.buttons)
    assert "ESC-1 is acknowledged, but its customer update is overdue. Can you post the update?" in live.all_text
    assert live.buttons == [ids.PRESS_UPDATE, ids.PRESS_ACKNOWLEDGE_PAGE, ids.PRESS_DECLINE_PAGE]
    assert "I'm on it" in live.all_text

    story.forward(minutes=90)
    ended = story.find(number, "ESC-1 is acknowledged, but its customer update is overdue (last: <@U01OMAR>).")
    assert ended.buttons == [ids.PRESS_UPDATE]
    assert "Its customer update is overdue. We page the fix owner again" in story.card(number).all_text
    assert [phrase for phrase in FALSE if phrase in all_said(story, number)] == []

    story.forward(hours=5)
    assert "it missed its resolution target. Can you post the update?" in story.pages("dana")[-1]
    assert [phrase for phrase in FALSE if phrase in all_said(story, number)] == []
    for who in PEOPLE:
        assert len(of_pages(story, who)) == 1, who
        assert len(story.pages(who)) <= 24, "no more than twelve in five hours"
    ended = story.find(number, "No one took the pages for ESC-1 after it was acknowledged (last: <@U01OMAR>).")
    assert ended.buttons == []

    answered = next(page for page in of_pages(story, "omar") if ids.PRESS_ACKNOWLEDGE_PAGE in page.buttons)
    story.press("omar", ids.PRESS_ACKNOWLEDGE_PAGE, on=answered)
    assert {page.text.rpartition(". ")[2] for who in PEOPLE for page in of_pages(story, who)} == {
        "Handled: <@U01OMAR> is on it."
    }
    assert story.facts(number).acknowledged_by == USERS["noor"]


def test_a_ladder_that_ended_before_the_acknowledgement_is_told_as_it_was(story: Story, number: int) -> None:
    story.forward(minutes=120)
    assert story.find(number, "No one responded to any page (last: <@U01OMAR>).").buttons == []
    story.press("noor", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    assert story.find(number, "ESC-1 is acknowledged, but its customer update is overdue").buttons == [ids.PRESS_UPDATE]
    assert "No one responded" not in all_said(story, number)
    story.act("ana", ids.PRESS_UPDATE, number, known="We found it.", customer_text="We found it.")
    left = story.find(number, "No one responded to any page (last: <@U01OMAR>) until <@U01NOOR> acknowledged.")
    assert left.buttons == []
    for who in PEOPLE:
        assert [page.buttons for page in of_pages(story, who)] == [[]]
