"""Forms that are closed, or that Slack is too busy to redraw: nobody gets an apology, or the words of Slack's API."""

import re
import threading
import time
from typing import Any

import pytest

from bot.services.overview.escalations import Escalations
from bot.views.kit import ids
from bot.views.kit.wording import SLACK_REFUSED
from tests.support.story import USERS, Story

API_WORDS = re.compile(r"\b(?:views|chat|conversations|users|bookmarks)\.\w+|over its rate|ratelimited|rate_limited")


def test_a_form_that_is_closed_before_it_is_filled_in_is_nobodys_loss(
    story: Story, monkeypatch: pytest.MonkeyPatch, defects: list[str]
) -> None:
    number = story.declare("noor", account="Acme", level="sev3")
    told, may_go_on, for_move = len(story.direct("dana")), threading.Event(), Escalations.for_move

    def late(self: Escalations, *args: Any, **kwargs: Any) -> Any:
        may_go_on.wait(timeout=30)
        return for_move(self, *args, **kwargs)

    monkeypatch.setattr(Escalations, "for_move", late)
    card = story.card(number)
    place = {"channel": card.raw["channel"], "ts": card.ts}
    story.control.post("press", user=USERS["dana"], action_id=ids.PRESS_RESOLVE, **place)
    try:
        wait_for_form(story, "dana")
        assert "One moment" in story.form("dana").all_text
        story.control.post("close", user=USERS["dana"])
    finally:
        may_go_on.set()
    story.settle()
    assert not story.has_form("dana")
    assert len(story.direct("dana")) == told
    assert story.calls("chat.postEphemeral") == []
    assert defects == []


@pytest.mark.parametrize("fault", [{"kind": "ratelimited", "retry_after": 30}, {"kind": "status", "status": 503}])
def test_what_slack_says_of_a_redrawing_is_read_by_nobody(story: Story, fault: dict[str, Any]) -> None:
    def busy() -> None:
        story.control.delete("faults")
        story.control.post("faults", method="views.update", times=3, **fault)

    busy()
    story.command("noor", "acme export is down")
    busy()
    story.choose("noor", ids.LEVEL, "sev1")
    busy()
    answer = story.submit("noor")
    assert answer["result"] == "closed", "the form can be sent without the explanation"
    assert not any(SLACK_REFUSED in message.text for message in story.direct("noor"))
    busy()
    story.more("noor", "category", 1)
    assert sum(call["method"] == "views.update" and bool(call["fault"]) for call in story.calls()) >= 1
    for who in ("noor", "dana", "ana", "maria"):
        for message in story.direct(who):
            assert not API_WORDS.search(message.all_text), message.all_text
    if story.has_form("noor"):
        assert not API_WORDS.search(story.form("noor").all_text)


def wait_for_form(story: Story, who: str) -> None:
    """Wait until somebody has a form open; the bot opens it while its own work is still going on."""
    until = time.monotonic() + 30
    while not story.has_form(who):
        assert time.monotonic() < until, "no form was opened"
        time.sleep(0.05)
