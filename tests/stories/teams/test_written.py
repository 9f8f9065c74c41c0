"""A team also answers by writing: below the question in its channel, or in the escalation's channel."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.views.kit import ids
from tests.stories.teams.test_chase import asking, channel
from tests.support.story import DIRECTORY, USERS, WORKSPACE, Story
from tests.support.story import story as told

NAMES_NOBODY = DIRECTORY.replace("teams: {tech_support: [Eli@example.com]}", "teams: {}")


@pytest.fixture
def unnamed(database_url: str, folder: Path) -> Iterator[Story]:
    """Yield a story whose directory names nobody for a team."""
    with told(database_url, folder, directory=NAMES_NOBODY) as begun:
        yield begun


def write(story: Story, who: str, place: str, text: str, **more: str) -> None:
    story.by_hand("message", who, channel=place, text=text, **more)


def is_waiting(story: Story, number: int) -> bool:
    return story.facts(number).team_answer.spans[-1].stopped_at is None


def test_a_reply_below_the_question_is_the_answer_of_who_is_named_for_the_team(story: Story) -> None:
    place = channel(story, "omar")
    number = story.declare(level="sev2", category="technical")
    [question] = asking(story, place)
    write(story, "omar", place, "Not my team, but I saw it too.", thread_ts=question.ts)
    write(story, "eli", place, "Lunch?")
    assert is_waiting(story, number)
    write(story, "eli", place, "Looking into it.", thread_ts=question.ts)
    assert not is_waiting(story, number)
    assert "eli" in story.members(number)
    assert "Technical support responded. <@U01ELI> is in the channel now." in str(story.said(number))
    assert "<@U01ELI> is on it" in next(one for one in story.messages(place, "eli") if one.ts == question.ts).text
    said = len(story.said(number))
    write(story, "eli", place, "Found it.", thread_ts=question.ts)
    assert len(story.said(number)) == said, "it is an answer once"


def test_what_one_of_the_team_writes_in_the_escalations_channel_is_the_answer(story: Story) -> None:
    place = channel(story)
    number = story.declare(level="sev2", category="technical")
    home = str(story.facts(number).channel_id)
    write(story, "noor", home, "Any news?")
    assert is_waiting(story, number)
    story.control.post("invite", user=USERS["noor"], channel=home, users=[USERS["eli"]])
    write(story, "eli", home, "I'm here.")
    assert not is_waiting(story, number)
    assert asking(story, place) == []
    story.skip_to("Thu 2026-03-12 16:01")
    assert not any("haven't heard" in message.text for message in story.messages(place, "eli"))


def test_of_a_team_that_names_nobody_who_asks_does_not_answer(unnamed: Story) -> None:
    story = unnamed
    place = channel(story, "omar", "noor")
    number = story.declare("noor", level="sev2", category="technical")
    [question] = asking(story, place)
    write(story, "noor", place, "Please hurry.", thread_ts=question.ts)
    assert is_waiting(story, number)
    write(story, "omar", place, "On my way.", thread_ts=question.ts)
    assert not is_waiting(story, number)
    assert "omar" in story.members(number)


def test_what_is_over_or_written_by_a_guest_answers_nothing(database_url: str, folder: Path) -> None:
    guests = WORKSPACE.replace("tz: Asia/Kolkata}", "tz: Asia/Kolkata, is_restricted: true}")
    with told(database_url, folder, workspace=guests, directory=NAMES_NOBODY) as story:
        place = channel(story, "noor", "omar")
        number = story.declare("ana", level="sev3", category="technical")
        [question] = asking(story, place)
        write(story, "noor", place, "Me!", thread_ts=question.ts)
        assert is_waiting(story, number)
        done = {"fixed": "Faster.", "confirmed_by": "Jo", "confirmed_how": "call"}
        assert story.act("dana", ids.PRESS_RESOLVE, number, **done)["result"] == "closed"
        write(story, "omar", place, "Too late?", thread_ts=question.ts)
        assert "omar" not in story.members(number)
