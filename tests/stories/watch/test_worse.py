"""During the watch worse health, or a new escalation of the account, asks whether to reopen."""

import pytest

from bot.policy.record.escalation import Status
from bot.views.kit import ids
from tests.stories.watch.test_watches import asked
from tests.support.story import USERS, Story

_DONE = {"fixed": "Faster.", "confirmed_by": "Jo", "confirmed_how": "call"}


def watched(story: Story) -> int:
    """Declare a Sev 2 of Acme, whose health is 82, and close it: it is watched for 14 days."""
    number = story.declare(account="Acme", level="sev2", at="Mon 2026-03-09 10:00")
    reviewed = {"review_url": "https://wiki.example/1", "action": "Test it", "action_owner": USERS["eli"]}
    answer = story.act("dana", ids.PRESS_RESOLVE, number, **_DONE, **reviewed)
    assert answer["result"] == "closed", answer
    story.act("ana", ids.PRESS_CLOSE, number, summary="All good.", finished_on="2026-03-09", cause="A slow query")
    return number


def health(story: Story, points: int) -> None:
    story.program.services.account_import.load(f"name,health\nAcme,{points}\n".encode(), "accounts.csv")


@pytest.mark.both_databases
def test_health_that_falls_asks_once_whether_to_reopen(story: Story) -> None:
    number = watched(story)
    health(story, 76)
    story.forward(days=2)
    assert asked(story) == [], "six points are noise"
    health(story, 60)
    story.forward(days=2)
    [question] = asked(story)
    assert "Its health fell from 82 to 60." in question.all_text
    health(story, 40)
    story.forward(days=2)
    assert len(asked(story)) == 1
    story.press("ana", ids.PRESS_WATCH_WRONG, on=question)
    story.submit("ana", reason="They are unhappy.")
    assert story.facts(number).status is Status.OPEN


def test_a_new_escalation_of_the_account_asks_once_whether_to_reopen(story: Story) -> None:
    number = watched(story)
    story.forward(days=1)
    story.declare(account="Globex", level="sev4")
    assert asked(story) == []
    story.declare(account="Acme", level="sev4", summary="A typo")
    [question] = asked(story)
    assert f"since ESC-{number}" in question.text
    assert "Acme escalated again." in question.all_text
    story.declare(account="Acme", level="sev4", summary="Another typo")
    assert len(asked(story)) == 1
    story.press("ana", ids.PRESS_WATCH_WELL, on=question)
    assert story.facts(number).status is Status.CLOSED


def test_a_confidential_one_says_nothing_of_itself(story: Story) -> None:
    watched(story)
    story.forward(days=1)
    story.declare(account="Acme", level="sev4", confidential=["confidential"])
    assert asked(story) == []


def test_after_the_watch_nothing_asks(story: Story) -> None:
    watched(story)
    story.forward(days=16)
    count = len(asked(story))
    health(story, 20)
    story.forward(days=3)
    story.declare(account="Acme", level="sev4")
    assert len(asked(story)) == count
