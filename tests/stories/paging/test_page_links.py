"""Answering a page from a mail or a text message: a signed link, while Slack works and while it doesn't."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.outside import build_links
from bot.policy.record.escalation import PAGE_ACKNOWLEDGED, PAGE_DECLINED, PageFacts
from bot.services.paging.page_links import link_to
from tests.support.browser import Answer
from tests.support.story import USERS, Story
from tests.support.story import story as told

PUBLIC = "https://escalate.example.com"


@pytest.fixture
def story(database_url: str, folder: Path) -> Iterator[Story]:
    with told(database_url, folder, public_url=PUBLIC) as begun:
        yield begun


@pytest.fixture
def sqlite_story(sqlite_url: str, folder: Path) -> Iterator[Story]:
    with told(sqlite_url, folder, public_url=PUBLIC) as begun:
        yield begun


def page_of(story: Story, number: int, who: str = "dana") -> PageFacts:
    return next(page for page in story.facts(number).pages if page.person == USERS[who])


def path_of(story: Story, number: int, who: str = "dana") -> str:
    """Return where the link in somebody's page leads."""
    url = build_links(story.program.settings).url(
        link_to(page_of(story, number, who), number, "mail", story.real_clock.at)
    )
    assert url is not None
    return url.removeprefix(PUBLIC)


def press(story: Story, path: str, answer: str = "acknowledge") -> Answer:
    return story.browse("POST", path, answer=answer)


def test_a_link_acknowledges_after_it_has_asked(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1")
    path = path_of(story, number)
    shown = story.browse("GET", path)
    assert "Acknowledge this page?" in shown.text
    assert "Acme" in shown.text
    assert story.facts(number).acknowledged_at is None, "a mail program that looks at the link acknowledges nothing"
    assert "You acknowledged this" in press(story, path).text
    assert story.facts(number).acknowledged_by == USERS["dana"]
    assert page_of(story, number).ended_why == PAGE_ACKNOWLEDGED
    assert "Acknowledged by Dana Fox." in press(story, path).text


def test_a_link_works_while_slack_is_down(sqlite_story: Story) -> None:
    story = sqlite_story
    number = story.declare(account="Acme", level="sev1")
    story.lose_slack()
    assert "You acknowledged this" in press(story, path_of(story, number)).text
    assert story.facts(number).acknowledged_by == USERS["dana"]
    story.find_slack()
    assert "<@U01DANA> acknowledged." in story.said(number)[-1]


def test_somebody_who_cannot_take_it_passes_it_on(sqlite_story: Story) -> None:
    story = sqlite_story
    number = story.declare(account="Acme", level="sev1")
    path = path_of(story, number)
    assert "We paged Ana Ruiz." in press(story, path, "decline").text
    assert page_of(story, number).ended_why == PAGE_DECLINED
    assert page_of(story, number, "ana").ended_at is None
    assert "You passed this on" in press(story, path).text
    assert story.facts(number).acknowledged_at is None, "a link does one thing, once"


def test_a_link_of_yesterday_says_what_to_do(sqlite_story: Story) -> None:
    story = sqlite_story
    number = story.declare(account="Acme", level="sev1")
    path = path_of(story, number)
    story.real_clock.at += timedelta(days=1, minutes=1)
    late = press(story, path)
    assert late.status == 410
    assert "press Acknowledge in Slack" in late.text
    assert story.facts(number).acknowledged_at is None


def test_a_link_to_a_confidential_escalation_names_no_customer(sqlite_story: Story) -> None:
    story = sqlite_story
    number = story.declare(account="Acme", level="sev1", category="security_privacy")
    shown = story.browse("GET", path_of(story, number))
    assert "confidential" in shown.text
    assert "Acme" not in shown.text
    assert "Exports are down" not in shown.text


def test_a_link_of_somebody_who_has_left_does_nothing(sqlite_story: Story) -> None:
    story = sqlite_story
    number = story.declare(account="Acme", level="sev1")
    path = path_of(story, number)
    story.by_hand("member", "dana", deleted=True)
    assert press(story, path).status == 409
    assert story.facts(number).acknowledged_at is None


def test_who_may_not_see_it_any_more_cannot_come_in_by_a_link(sqlite_story: Story) -> None:
    story = sqlite_story
    number = story.declare(account="Acme", level="sev1")
    path = path_of(story, number)
    story.menu("eli", "owners", number, role="fix_owner", person=USERS["eli"])
    story.menu("ana", "category", number, category="technical", confidential=["confidential"])
    assert story.facts(number).is_private
    assert press(story, path).status == 409
    assert USERS["dana"] not in {invitee.person for invitee in story.facts(number).invitees}


def test_who_stayed_silent_still_takes_it_by_the_link_while_slack_is_down(sqlite_story: Story) -> None:
    story = sqlite_story
    number = story.declare(account="Acme", level="sev1")
    path = path_of(story, number)
    story.forward(minutes=31)
    story.lose_slack()
    assert page_of(story, number).ended_at is not None
    shown = story.browse("GET", path).text
    assert "This page went to the next person" in shown
    assert "You can still take it." in shown
    assert "I can&#39;t" not in shown
    assert "went to the next person" in press(story, path, "decline").text
    assert story.facts(number).acknowledged_at is None
    assert "You acknowledged this" in press(story, path).text
    assert story.facts(number).acknowledged_by == USERS["dana"]
    assert "Acknowledged by Dana Fox." in press(story, path).text
    story.find_slack()
