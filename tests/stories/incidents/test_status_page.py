"""An outage and the status page: it is asked about, operations is alerted, and what the page says is shown."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.views.kit import ids
from tests.stories.incidents.test_incidents import _channel
from tests.stories.mail.conftest import MailStory, post
from tests.support.person import Seen
from tests.support.status_page import Page, status_page
from tests.support.story import Story
from tests.support.story import story as told

__all__ = ["post"]


def asked(story: Story, who: str) -> list[Seen]:
    """Return the messages about the status page that somebody has got, oldest first."""
    return [one for one in story.direct(who) if "status page" in one.text]


@pytest.mark.both_databases
def test_the_declarer_is_asked_and_operations_hears_that_it_is_not_posted(post: MailStory) -> None:
    story = post.story
    number = story.declare("noor", level="sev1", category="service_outage")
    [question] = asked(story, "noor")
    assert "Is the outage of Acme" in question.text
    assert "status.example.com" in question.all_text
    before = len(post.mails("operations@example.com"))
    story.press("noor", ids.PRESS_STATUS_MISSING, on=question)
    [alert] = post.mails("operations@example.com")[before:]
    assert alert.text.startswith(f"Operations, the outage of ESC-{number} isn't on the status page. Please post it.")
    assert "says the outage isn't on the status page. We ask Operations to post it." in str(story.said(number))
    [question] = asked(story, "noor")
    assert question.buttons == [ids.PRESS_STATUS_POSTED], "the answer that was given isn't offered again"
    assert len(post.mails("operations@example.com")) == before + 1


def test_while_the_outage_lasts_the_customer_owner_is_reminded_in_one_message(story: Story) -> None:
    number = story.declare("noor", level="sev1", category="service_outage")
    story.press("ana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.forward(hours=1)
    assert len(asked(story, "noor")) == 1, "nobody has looked, so the declarer is asked again, in one message"
    story.press("noor", ids.PRESS_STATUS_MISSING, on=asked(story, "noor")[-1])
    assert "Ask Operations (operations@example.com) to post it." in str(story.said(number))
    story.forward(hours=1)
    [again] = asked(story, "ana")
    assert "didn't find the outage of Acme" in again.text
    story.press("ana", ids.PRESS_STATUS_POSTED, on=again)
    assert "<@U01ANA> found the outage on the status page." in str(story.said(number))
    story.forward(hours=1)
    [watch] = asked(story, "ana")
    assert "found the outage" in watch.text
    assert "anything new" in watch.all_text
    assert ids.PRESS_UPDATE in watch.buttons
    story.act("dana", ids.PRESS_MITIGATE, number, note="Restarted.")
    assert all(not one.buttons for one in asked(story, "ana"))
    story.forward(hours=3)
    assert len(asked(story, "ana")) == 1


def test_another_category_asks_nothing_about_the_status_page(story: Story) -> None:
    story.declare("noor", level="sev1", category="technical")
    story.forward(hours=2)
    assert asked(story, "noor") == []


def test_in_the_playbook_it_is_asked_and_answered_too(story: Story) -> None:
    number = story.declare("noor", level="sev1", category="service_outage")
    story.press("dana", ids.PRESS_PLAYBOOK, on=story.card(number))
    assert "not checked yet" in story.form("dana").all_text
    story.choose("dana", ids.PRESS_STATUS_POSTED, "")
    assert "posted, by <@U01DANA>" in story.form("dana").all_text
    assert "found the outage on the status page" in str(story.said(number))


@dataclass
class PageStory:
    """A story whose bot reads a status page."""

    story: Story
    page: Page


@pytest.fixture
def reading(sqlite_url: str, folder: Path) -> Iterator[PageStory]:
    """Yield a story with a status page."""
    stack = AsyncExitStack()
    with told(sqlite_url, folder) as begun:
        page = begun.run(stack.enter_async_context(status_page()))
        begun.restart(status_page_url=page.url)
        try:
            yield PageStory(begun, page)
        finally:
            begun.run(stack.aclose())


def playbook(story: Story, number: int) -> str:
    """Return the playbook as Dana reads it."""
    story.press("dana", ids.PRESS_PLAYBOOK, on=story.card(number))
    text = story.form("dana").all_text
    story.close_form("dana")
    return text


def test_what_the_page_says_is_shown_with_the_time_it_was_read(reading: PageStory) -> None:
    story, page = reading.story, reading.page
    page.words, page.incidents = "Partial System Outage", [{"name": "Sign-in <fails>", "status": "identified"}]
    number = story.declare("noor", level="sev1", category="service_outage", at="Fri 2026-03-06 10:00")
    assert page.asked == ["/api/v2/summary.json"]
    shown = playbook(story, number)
    assert "Status page" in shown
    assert "10:00 AM EST" in shown
    assert "*Partial System Outage*: Sign-in &lt;fails&gt;" in shown
    page.words, page.incidents = "All Systems Operational", []
    story.forward(hours=1)
    assert "*All Systems Operational*" in playbook(story, number)


def test_a_page_that_cannot_be_read_is_said_and_nothing_waits_for_it(reading: PageStory) -> None:
    story, page = reading.story, reading.page
    story.declare("noor", level="sev1", category="service_outage", at="Fri 2026-03-06 10:00")
    page.status = 503
    story.forward(hours=1)
    shown = playbook(story, 1)
    assert "Couldn't read the status page" in shown
    assert "it answers 503" in shown
    assert "*All Systems Operational*" in shown, "what was read before stays, with its time"


def test_a_major_incident_shows_the_page_and_follows_it(reading: PageStory) -> None:
    story, page = reading.story, reading.page
    _channel(story)
    number = story.declare("noor", level="sev1", category="service_outage")
    story.menu("noor", "incident", number, title="Sign-in is down", escalations=[str(number)])
    [message] = [one for one in story.messages("incidents", "ana") if "INC-1" in one.text]
    assert "*All Systems Operational*" in message.all_text
    page.words = "Major System Outage"
    story.forward(hours=1)
    [message] = [one for one in story.messages("incidents", "ana") if "INC-1" in one.text]
    assert "*Major System Outage*" in message.all_text
