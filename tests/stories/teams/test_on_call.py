"""Who is on call for a team is asked directly: at the heaviest level, and where the team has no other route."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.policy.record.team_routes import TeamRouteKind, TeamRouteState
from bot.views.kit import ids
from tests.support.person import Seen
from tests.support.story import DIRECTORY, Story
from tests.support.story import story as told

OWN = """
extends: sev
name: own
teams:
  tech_support: {on_call: exports}
  security: {on_call: exports}
"""


ON_CALL = DIRECTORY.replace("people: [dana@example.com, eli@example.com]", "people: [eli@example.com]")


@contextmanager
def _told(url: str, folder: Path, directory: str) -> Iterator[Story]:
    (folder / "own.yml").write_text(OWN, encoding="utf-8")
    with told(url, folder, policy=str(folder / "own.yml"), directory=directory) as begun:
        yield begun


@pytest.fixture
def story(database_url: str, folder: Path) -> Iterator[Story]:
    """Yield a story in which Eli is on call for exports, and so for two teams."""
    with _told(database_url, folder, ON_CALL) as begun:
        yield begun


def question(story: Story, who: str = "eli") -> Seen:
    """Return the question of a team that somebody has got directly."""
    [found] = [one for one in story.direct(who) if ids.PRESS_TEAM in one.buttons]
    return found


@pytest.mark.both_databases
def test_who_is_on_call_is_asked_and_answers_with_the_button(story: Story) -> None:
    number = story.declare("noor", level="sev1", category="technical")
    asked = question(story)
    assert "Technical support, we need you" in asked.text
    route = next(one for one in story.facts(number).team_routes if one.route is TeamRouteKind.ON_CALL)
    assert (route.to, route.state) == ("U01ELI", TeamRouteState.REACHED)
    assert story.facts(number).team_answer.spans[-1].started_at == story.clock.at
    story.press("dana", ids.PRESS_PLAYBOOK, on=story.card(number))
    assert "on call: <@U01ELI>" in story.form("dana").all_text
    story.press("eli", ids.PRESS_TEAM, on=asked)
    assert story.facts(number).team_answer.spans[-1].stopped_at == story.clock.at
    assert "eli" in story.members(number)


def test_at_a_lighter_level_the_teams_own_routes_are_enough(story: Story) -> None:
    story.declare("noor", level="sev3", category="technical")
    assert [one for one in story.direct("eli") if ids.PRESS_TEAM in one.buttons] == []


def test_a_confidential_one_says_only_that_help_is_needed_until_they_take_it(story: Story) -> None:
    number = story.declare(
        "noor", level="sev1", account="Globex", category="security_privacy", summary="A leak at Globex"
    )
    asked = question(story)
    assert "Globex" not in asked.all_text
    assert "leak" not in asked.all_text
    story.press("eli", ids.PRESS_TEAM, on=asked)
    assert "eli" in story.members(number), "who is on call for a team is one of it"


def test_who_is_on_call_but_not_among_those_the_directory_names_for_the_team_stays_out(
    database_url: str, folder: Path
) -> None:
    named = ON_CALL.replace("teams: {tech_support: [Eli@example.com]}", "teams: {security: [maria@example.com]}")
    with _told(database_url, folder, named) as story:
        number = story.declare(
            "noor", level="sev1", account="Globex", category="security_privacy", summary="A leak at Globex"
        )
        story.press("eli", ids.PRESS_TEAM, on=question(story))
        assert "eli" not in story.members(number)
        assert story.facts(number).team_answer.spans[-1].stopped_at is None
