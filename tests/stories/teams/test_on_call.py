"""The person on call for a team is asked directly: at the heaviest level, and where the team has no other route."""

from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import pytest

from bot.policy.record.team_routes import TeamRouteKind, TeamRouteState
from bot.views.kit import ids
from tests.stories.mail.conftest import FROM, MailStory
from tests.support.mail_server import mail_server
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


@contextmanager
def mailed(story: Story) -> Iterator[MailStory]:
    """Allow a story's bot to send mail."""
    stack = AsyncExitStack()
    server = story.run(stack.enter_async_context(mail_server()))
    story.restart(smtp_url=f"smtp://127.0.0.1:{server.port}?tls=none", mail_from=FROM)
    try:
        yield MailStory(story, server)
    finally:
        story.run(stack.aclose())


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


@pytest.mark.parametrize("named", [True, False])
def test_while_slack_is_dead_who_is_on_call_is_asked_by_mail_and_reads_what_they_may(
    database_url: str, folder: Path, *, named: bool
) -> None:
    people = "security: [eli@example.com]" if named else "security: [maria@example.com]"
    with (
        _told(database_url, folder, ON_CALL.replace("teams: {", f"teams: {{{people}, ")) as begun,
        mailed(begun) as post,
    ):
        begun.control.post("faults", kind="status", method="chat.postMessage", status=503)
        begun.slack_is_away = True
        number = begun.declare("noor", level="sev1", account="Globex", category="security_privacy", summary="A leak")
        begun.lose_slack()
        begun.forward(minutes=11)
        mine = [mail for mail in post.mails("eli@example.com") if "we need you on ESC-1" in mail.text]
        assert len(mine) == 1
        assert ("Globex" in mine[0].text) is named, "who may not come in reads that help is needed"
        routes = [one for one in begun.facts(number).team_routes if one.to == "eli@example.com"]
        assert [(one.route, one.state) for one in routes] == [(TeamRouteKind.MAIL, TeamRouteState.REACHED)]
        assert begun.facts(number).team_answer.spans, "the team's clock runs from the first route that worked"
        begun.find_slack()
        begun.forward(minutes=2)
        assert [one for one in begun.direct("eli") if ids.PRESS_TEAM in one.buttons] == []


def test_a_team_whose_area_has_nobody_on_call_is_asked_through_its_lead(database_url: str, folder: Path) -> None:
    with told(database_url, folder, policy="sev") as story:
        number = story.declare("noor", level="sev1", category="technical")
        assert "Technical support, we need you" in question(story, "eli").text, "the directory has no area tech_support"
        story.skip_to("Sat 2026-03-07 10:01")
        story.skip_to("Mon 2026-03-09 18:01")
        mine = [message for message in story.direct("eli") if ids.PRESS_TEAM in message.buttons]
        assert len(mine) == 2, "the question and one reminder"
        assert not any("you lead them" in message.text for message in mine)
        story.press("eli", ids.PRESS_TEAM, on=mine[-1])
        assert story.facts(number).team_answer.spans[-1].stopped_at is not None
