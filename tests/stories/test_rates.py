"""Slack says "too many": what it refused waits, and nothing else does."""

from typing import Any

from tests.support.story import USERS, Story

POST = "chat.postMessage"


def posts(story: Story) -> list[dict[str, Any]]:
    """Return every message that was sent, or tried, in order."""
    return [dict(call) for call in sorted(story.calls(POST), key=lambda call: float(call["at"]))]


def test_a_page_goes_out_although_a_card_was_refused(story: Story) -> None:
    story.restart(feed_channel="")  # its line is posted at the same moment as the card
    began = story.real_clock.at.timestamp()
    story.control.post("faults", kind="ratelimited", method=POST, channel="C*", retry_after=20, times=1)
    number = story.declare(level="sev1")
    [page] = [message for message in story.direct("dana") if message.text.startswith(":pager:")]
    assert float(page.ts) - began < 2, "the page waits for nothing that was refused elsewhere"
    assert float(story.card(number).ts) - began >= 20, "Slack has asked for twenty seconds in that channel"
    refused = [post for post in posts(story) if post["error"] == "ratelimited"]
    assert [post["arguments"]["channel"] for post in refused] == [story.facts(number).channel_id]


def test_a_page_that_slack_refuses_is_sent_when_slack_lets_it(story: Story) -> None:
    began = story.real_clock.at.timestamp()
    story.control.post("faults", kind="ratelimited", method=POST, channel="U*", retry_after=20, times=1)
    number = story.declare(level="sev1")
    assert float(story.card(number).ts) - began < 2, "the channel waits for no page"
    [page] = [message for message in story.direct("dana") if message.text.startswith(":pager:")]
    assert 20 <= float(page.ts) - began < 22
    to_dana = [post for post in posts(story) if post["arguments"]["channel"] == USERS["dana"]]
    assert [post["error"] for post in to_dana][:2] == ["ratelimited", None], "nothing is tried before its time"


def test_a_channel_that_is_held_back_delays_no_other_escalation(story: Story) -> None:
    """The same whenever the page comes: here it is another escalation's, in the middle of the five minutes."""
    story.restart(feed_channel="")  # its line is posted at the same moment as the card
    story.control.post("faults", kind="ratelimited", method=POST, channel="C*", retry_after=300, times=1)
    first = story.declare(account="Acme", level="sev1")
    assert story.facts(first).card_ts is None
    began = story.real_clock.at.timestamp()
    second = story.declare(account="Globex", level="sev1")
    [page] = [message for message in story.direct("dana") if "Globex" in message.text]
    assert float(page.ts) - began < 2
    assert float(story.card(second).ts) - began < 2
    story.forward(minutes=5)
    assert story.facts(first).card_ts is not None
