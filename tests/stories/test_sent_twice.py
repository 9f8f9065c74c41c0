"""A form that is sent twice, one after the other or at once, does once what it asks for."""

from typing import Any

import pytest

from bot.database import submissions
from bot.errors import AlreadyDone
from tests.support.story import USERS, Story


def view(number: int, said: str) -> dict[str, Any]:
    return {
        "id": "V01",
        "callback_id": "waive",
        "private_metadata": str(number),
        "blocks": [],
        "state": {"values": {"reason": said}},
    }


def waived(story: Story, number: int, said: str = "They are away") -> None:
    with submissions.answering(view(number, said)):
        story.program.services.waivers.waive(number, by=USERS["maria"], reason=said)


def test_what_was_sent_twice_is_written_once(story: Story) -> None:
    number = story.declare("noor", level="sev2")
    waived(story, number)
    with pytest.raises(AlreadyDone) as second:
        waived(story, number)
    assert second.value.is_same
    with pytest.raises(AlreadyDone) as changed:
        waived(story, number, "They said yes")
    assert not changed.value.is_same
    story.settle()
    assert len([words for words in story.said(number) if "They are away" in words]) == 1
