"""At the heaviest level, who is on call for a team is rung outside Slack, at night too, until the team has answered."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.policy.record.team_routes import TeamRouteKind, TeamRouteState
from bot.views.kit import ids
from sandbox.pager.state import RESOLVED, TRIGGERED, Incident
from tests.stories.paging.test_routes import directory, options, state, target
from tests.support.inbox import Inbox
from tests.support.person import Seen
from tests.support.story import Story
from tests.support.story import story as told

__all__ = ["target"]

OWN = "extends: sev\nname: own\nteams:\n  security: {on_call: guard}\n"
PEOPLE = """
people:
  - email: eli@example.com
    slack_id: U01ELI
    phone: "+49 30 901821"
    routes: [pagerduty, "apprise:sms", slack]
    quiet_hours: {from: "22:00", to: "07:00", zone: Europe/Berlin}
"""
GUARD = "  - {key: guard, name: Guard, rota: {people: [eli@example.com], starts_at: '2026-01-05T09:00', every: 1w}}\n"
NIGHT = "Sat 2026-03-07 22:00"


@pytest.fixture
def story(database_url: str, folder: Path, target: Inbox) -> Iterator[Story]:
    """Yield a story in which Eli guards security, with PagerDuty and text messages."""
    (folder / "own.yml").write_text(OWN, encoding="utf-8")
    company = directory(PEOPLE).replace("teams: {", f"{GUARD}teams: {{security: [eli@example.com], ")
    more = {**options(target), "directory": company, "policy": str(folder / "own.yml")}
    with told(database_url, folder, transport="http", **more) as begun:
        pager = begun.sandbox.pager
        pager.webhooks.url = f"http://127.0.0.1:{begun.program.listener.port}/pagerduty"
        pager.state.users = {"eli@example.com": "Eli Brandt"}
        yield begun


def alarms(story: Story) -> list[Incident]:
    """Return the alarms in PagerDuty that are about a team."""
    return [one for one in state(story).incidents.values() if "/team-" in one.key]


def question(story: Story) -> Seen:
    return next(message for message in story.direct("eli") if ids.PRESS_TEAM in message.buttons)


def leak(story: Story, level: str = "sev1") -> int:
    story.forward_to(NIGHT)
    return story.declare("noor", account="Globex", level=level, category="security_privacy", summary="A leak at Globex")


def test_who_is_on_call_is_rung_at_night_without_a_name_and_the_button_ends_it(story: Story, target: Inbox) -> None:
    leak(story)
    [alarm] = alarms(story)
    assert (alarm.status, alarm.title) == (TRIGGERED, "ESC-1 Sev 1: Security, we need you")
    assert "Globex" not in str(alarm)
    assert not [path for path, _ in target.messages if path.startswith("/sms")], "the other routes wait"
    story.forward(minutes=31)
    assert [path for path, _ in target.messages if path.startswith("/sms/+4930901821")], "a reminder rings by all"
    story.press("eli", ids.PRESS_TEAM, on=question(story))
    assert [one.status for one in alarms(story)] == [RESOLVED]
    rang = len(alarms(story)[0].rings)
    story.forward(hours=2)
    assert len(alarms(story)[0].rings) == rang


def test_an_acknowledgement_in_pagerduty_is_the_teams_answer_once(story: Story) -> None:
    number = leak(story)
    [alarm] = alarms(story)
    pager = story.sandbox.pager
    assert story.run(pager.acknowledge(alarm, "eli@example.com")) == 200
    story.settle()
    assert story.run(pager.webhooks.repeat()) == 200
    story.settle()
    assert story.facts(number).team_answer.spans[-1].stopped_at is not None
    assert "eli" in story.members(number)
    assert sum("Security responded" in text for text in story.said(number)) == 1
    assert [one.status for one in alarms(story)] == [RESOLVED], "it would ring again there if it stayed open"
    assert ids.PRESS_TEAM not in str([message.buttons for message in story.direct("eli")])


def test_a_ring_that_fails_goes_on_by_the_next_route_at_once(story: Story, target: Inbox) -> None:
    story.forward_to(NIGHT)
    state(story).refusals = [500] * 2
    number = story.declare("noor", account="Globex", level="sev1", category="security_privacy", summary="A leak")
    assert len([path for path, _ in target.messages if path.startswith("/sms")]) == 1
    story.forward(minutes=1)
    assert len(alarms(story)) == 1, "PagerDuty is tried again"
    assert len([path for path, _ in target.messages if path.startswith("/sms")]) == 1
    story.lose_slack()
    routes = story.facts(number).team_routes
    assert TeamRouteState.REACHED in [one.state for one in routes if one.route is TeamRouteKind.ON_CALL]
    story.find_slack()


def test_who_is_paged_anyway_is_rung_once_and_a_lighter_level_rings_nobody(story: Story) -> None:
    story.declare("noor", account="Acme", level="sev3", category="technical")
    assert alarms(story) == []
    with_page = story.declare("noor", account="Globex", level="sev1", category="security_privacy", area="guard")
    assert story.facts(with_page).holder("fix_owner") == "U01ELI"
    assert alarms(story) == [], "Eli has the page of the fix owner"


def test_what_is_over_rings_no_more(story: Story) -> None:
    number = leak(story)
    story.menu("noor", "withdraw", number, why="mistake", reason="It was a test.")
    assert [one.status for one in alarms(story)] == [RESOLVED]
