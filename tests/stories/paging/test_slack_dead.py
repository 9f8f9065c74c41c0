"""Slack is dead for an hour: pages go on by other routes, and the channels get one message each when it is back."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from bot.integrations.heartbeat import Heartbeat
from bot.metrics import REGISTRY
from bot.outside import build_links
from bot.policy.record.escalation import RouteState
from bot.services.paging.page_links import link_to
from tests.stories.paging.test_routes import PEOPLE, incident, options, state, target
from tests.support.inbox import Inbox
from tests.support.story import ROOT, USERS, Story
from tests.support.story import story as told

__all__ = ["target"]

ALL = PEOPLE.replace("slack_id: U01ANA, manager", 'slack_id: U01ANA, routes: ["apprise:push"], manager')
PUBLIC = "https://escalate.example.com"


class CountingHeart(Heartbeat):
    """A dead man's switch that counts how often it is asked."""

    def __init__(self) -> None:
        """It asks nobody."""

    beats: ClassVar[list[bool]] = []

    async def beat(self) -> bool:
        self.beats.append(True)
        return True


@pytest.fixture
def story(database_url: str, folder: Path, target: Inbox) -> Iterator[Story]:
    with told(database_url, folder, **options(target, ALL)) as begun:
        yield begun


def test_three_breaches_in_an_hour_without_slack(story: Story, target: Inbox) -> None:
    numbers = [
        story.declare(account=account, level="sev1", summary=f"{account} is down")
        for account in ("Acme", "Globex", "Initech")
    ]
    before = {number: len(story.said(number)) for number in numbers}
    rang, pushed = len(state(story).events), len(target.messages)
    story.forward(minutes=1)
    story.lose_slack()
    story.forward(hours=1)
    # Dana is rung by PagerDuty every five minutes, the next on the ladder and the manager by push messages.
    assert len(state(story).events) - rang >= 3 * 5
    paths = [path for path, _ in target.messages[pushed:]]
    assert set(paths) >= {"/push/U01ANA", "/push/U01MARIA"}
    assert paths.count("/push/U01MARIA") >= 3, "each breach pages the manager"
    texts = sum(path.startswith("/sms/") for path in paths)
    rings = sum(event["event_action"] == "trigger" for event in state(story).events[rang:])
    counts = f"{rings} rings in PagerDuty, {texts} text messages and {len(paths) - texts} push messages"
    assert counts in " ".join((ROOT / "docs" / "paging.md").read_text(encoding="utf-8").split())
    readiness = story.run(story.program.readiness())
    assert readiness["slack"] is not None
    assert "hasn't answered" in readiness["slack"]
    path = _link(story, numbers[0], "ana")
    assert "You acknowledged this" in story.browse("POST", path, answer="acknowledge").text
    story.find_slack()
    for number in numbers:
        said = story.said(number)[before[number] :]
        assert len(said) == 1, said
        assert "Slack was down for us" in said[0]
    told_acme = story.find(numbers[0], "Slack was down for us").all_text
    assert "<@U01ANA> acknowledged." in told_acme
    assert story.run(story.program.readiness())["slack"] is None


@pytest.mark.both_databases
def test_two_replicas_share_an_hour_without_slack(story: Story, target: Inbox) -> None:
    """They take turns; each of them has to find out that Slack is dead, and that it is back."""
    numbers = [
        story.declare(account=account, level="sev1", summary=f"{account} is down")
        for account in ("Acme", "Globex", "Initech")
    ]
    replicas = [story.program, story.join_by_another()]
    story.others.append(story.program)
    before = {number: len(story.said(number)) for number in numbers}
    rang, pushed = len(state(story).events), len(target.messages)
    story.lose_slack()
    for turn in range(12):
        story.program = replicas[turn % 2]
        story.forward(minutes=5)
    # Dana is rung every five minutes for each of the three, six times in all, and nobody twice for one ring.
    rings = [event["dedup_key"] for event in state(story).events[rang:] if event["event_action"] == "trigger"]
    assert {key: rings.count(key) for key in rings} == dict.fromkeys(set(rings), 5)
    assert len(set(rings)) == 3
    to_maria = [title for path, title in _pushes(target, pushed) if path == "/push/U01MARIA"]
    assert all(to_maria.count(title) <= 10 for title in to_maria)
    assert len({title.split()[0] for title in to_maria}) == 3, "each breach pages the manager"
    story.find_slack()
    for program in replicas * 2:
        story.program = program
        story.settle()
    for number in numbers:
        said = story.said(number)[before[number] :]
        assert len(said) == 1, said
        assert "Slack was down for us" in said[0]
        assert story.run(story.program.readiness())["slack"] is None


def test_while_only_the_sockets_are_dead_pages_go_on_in_slack_and_beyond_and_it_says_deaf(
    story: Story,
) -> None:
    number = story.declare(account="Acme", level="sev1")
    heart = story.program.heartbeat = CountingHeart()
    heart.beats.clear()
    story.run(story.program.beat())
    assert (len(heart.beats), REGISTRY.get_sample_value("escalate_deaf")) == (1, 0)
    story.control.post("faults", kind="status", method="apps.connections.open", status=503)
    story.control.post("faults", kind="disconnect")
    assert story.run(_problem(story)) == "the socket is not connected"
    story.run(story.program.beat())
    assert (len(heart.beats), REGISTRY.get_sample_value("escalate_deaf")) == (1, 1), "the dead man's switch isn't asked"
    rang = len(incident(story).rings)
    story.forward(minutes=31)
    assert len(incident(story).rings) > rang
    assert len(story.pages("dana")) == 6, "the Web API takes them"
    assert story.pages("ana")
    path = _link(story, number, "ana")
    assert "You acknowledged this" in story.browse("POST", path, answer="acknowledge").text
    assert "<@U01ANA> acknowledged." in story.find(number, "acknowledged").all_text
    story.control.delete("faults")
    assert not any("Slack was down" in text for text in story.said(number))


def test_a_bot_that_is_restarted_while_slack_is_down_goes_on_paging(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1")
    story.lose_slack()
    rang = len(incident(story).rings)
    story.restart()
    story.forward(minutes=6)
    assert len(incident(story).rings) > rang
    path = _link(story, number, "dana", "pagerduty")
    assert "You acknowledged this" in story.browse("POST", path, answer="acknowledge").text
    story.find_slack()
    assert "<@U01DANA> acknowledged." in story.find(number, "acknowledged").all_text


def test_slack_back_after_a_moment_is_nothing_to_tell(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1")
    story.lose_slack()
    story.forward(seconds=30)
    story.find_slack()
    assert not any("Slack was down" in text for text in story.said(number))


def test_who_is_reached_by_no_route_is_passed_over_for_who_is(story: Story, target: Inbox) -> None:
    number = story.declare(account="Acme", level="sev1")
    story.lose_slack()
    state(story).refusals = [500] * 50
    target.status = 500
    story.forward(minutes=6)
    target.status = 200
    story.forward(minutes=5)
    page = next(page for page in story.facts(number).pages if page.person == USERS["dana"])
    assert {one.route: one.state for one in page.routes}["slack"] is RouteState.FAILED
    assert {page.person for page in story.facts(number).pages} >= {USERS["dana"], USERS["ana"], USERS["maria"]}
    assert {path for path, _ in target.messages} >= {"/push/U01ANA", "/push/U01MARIA"}


async def _problem(story: Story) -> str | None:
    """Return why Slack can't be heard, as soon as the transport has noticed."""
    while (problem := (await story.program.readiness())["slack"]) is None:  # noqa: ASYNC110 - it happens in another task
        await asyncio.sleep(0.01)
    return problem


def _pushes(target: Inbox, since: int) -> list[tuple[str, str]]:
    return [(path, str(message["title"])) for path, message in target.messages[since:]]


def _link(story: Story, number: int, who: str, route: str = "apprise:push") -> str:
    page = next(page for page in story.facts(number).pages if page.person == USERS[who])
    url = build_links(story.program.settings).url(link_to(page, number, route, story.real_clock.at))
    assert url is not None
    return url.removeprefix(PUBLIC)
