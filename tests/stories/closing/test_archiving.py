"""A closed channel says when it is archived, and stays open if somebody wants it to."""

from typing import Any

import pytest

from bot.views.kit import ids
from tests.stories.closing.test_ending import CONFIRMED
from tests.support.story import Story


def closed(story: Story, **more: Any) -> int:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00", **more)
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED)
    story.act("dana", ids.PRESS_CLOSE, number, summary="All good.")
    return number


@pytest.mark.both_databases
def test_a_channel_that_somebody_keeps_open_is_not_archived_until_it_is_closed_again(story: Story) -> None:
    number = closed(story)
    said = story.find(number, "closed by")
    assert "We'll archive this channel" in said.all_text
    story.press_together(("noor", "ana"), ids.PRESS_KEEP_OPEN, on=said)
    assert "<@U01NOOR> keeps this channel open." in story.last(number).text
    assert "We'll archive this channel" not in story.find(number, "closed by").all_text
    assert len([text for text in story.said(number) if "keeps this channel open" in text]) == 1
    story.forward(days=3)
    assert not story.channel(number)["is_archived"]
    story.act("noor", ids.PRESS_REOPEN, number, reason="It is back.")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED)
    story.act("dana", ids.PRESS_CLOSE, number, summary="All good.")
    story.forward(days=2)
    assert story.channel(number)["is_archived"]


def test_a_channel_that_stays_says_nothing_of_an_archive(story: Story) -> None:
    number = closed(story, confidential=["confidential"])
    said = story.find(number, "closed by")
    assert "archive" not in said.all_text
    assert ids.PRESS_KEEP_OPEN not in said.buttons


def test_a_withdrawn_one_can_stay_too(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3")
    story.menu("noor", "withdraw", number, why="mistake", reason="A drill")
    story.press("noor", ids.PRESS_KEEP_OPEN, on=story.last(number))
    story.forward(days=3)
    assert not story.channel(number)["is_archived"]
