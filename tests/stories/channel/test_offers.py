"""Buttons of a message go when their step is done: pressed there, done elsewhere, or over."""

from bot.views.kit import ids
from tests.support.every_form import CONFIRMED
from tests.support.story import Story


def test_a_wait_and_a_follow_up_leave_one_line_once_they_are_over(story: Story) -> None:
    number = story.declare("noor", level="sev3", at="Fri 2026-03-06 10:00")
    story.menu("ana", "wait", number, reason="Their logs")
    began = story.find(number, "is waiting on the customer")
    assert "Stop waiting" in began.all_text
    story.menu("noor", "followed", number, said="Is it solved?")
    over = story.find(number, "waited on the customer: Their logs.")
    assert over.ts == began.ts
    assert "Stop waiting" not in over.all_text
    assert "Until" not in over.all_text
    noted = story.find(number, "The customer followed up")
    direct = next(said for said in story.direct("ana") if "followed up" in said.text)
    assert "Post update" in noted.all_text
    assert "Post update" in direct.all_text
    story.act("ana", ids.PRESS_UPDATE, number, customer_text="We look into it.")
    noted = story.find(number, "The customer followed up")
    direct = next(said for said in story.direct("ana") if "followed up" in said.text)
    for left in (noted, direct):
        assert "Post update" not in left.all_text
        assert "They get an update" not in left.all_text
        assert "Is it solved?" in left.all_text
    story.menu("ana", "wait", number, reason="Their screenshots")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED)
    story.act("noor", ids.PRESS_REOPEN, number, reason="It is back.")
    again = story.find(number, "waited on the customer: Their screenshots.")
    assert "Until" not in again.all_text, "resolving has ended it, and nobody waits again"
    assert again.buttons == []


def test_what_ended_it_offers_only_what_can_still_be_done(story: Story) -> None:
    number = story.declare("noor", level="sev3")
    story.act("dana", ids.PRESS_MITIGATE, number, note="Rolled back.")
    assert "Undo" in story.find(number, "Impact stopped, noted").all_text
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED)
    assert "Undo" not in story.find(number, "Impact stopped, noted").all_text
    assert "Undo" in story.find(number, "Resolved by").all_text
    story.act("dana", ids.PRESS_CLOSE, number, summary="All good.")
    assert "Undo" not in story.find(number, "Resolved by").all_text
    closed = story.find(number, "closed by")
    assert all(
        words in closed.all_text for words in ("Follow-up call", "Issue summary", "What we learned", "Keep open")
    )
    story.press("noor", ids.PRESS_KEEP_OPEN, on=closed)
    closed = story.find(number, "closed by")
    assert "Keep open" not in closed.all_text
    assert "Issue summary" in closed.all_text


def test_the_topic_says_that_a_time_has_passed_once(story: Story) -> None:
    number = story.declare("noor", level="sev1", at="Fri 2026-03-06 10:00")
    assert "acknowledge by" in story.channel(number)["topic"]
    story.forward(minutes=16)
    assert "acknowledgement overdue since" in story.channel(number)["topic"]
    set_at = len(story.calls("conversations.setTopic"))
    story.forward(minutes=40)
    assert len(story.calls("conversations.setTopic")) == set_at
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    assert "overdue since" not in story.channel(number)["topic"] or "customer update" in story.channel(number)["topic"]
