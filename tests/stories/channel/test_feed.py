"""The feed may be a channel in which the bot cannot post: a person is notified once, and nothing else is affected."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.models.work import Effect, EffectState
from tests.support.story import WORKSPACE, Story
from tests.support.story import story as told

_PRIVATE = "  - {id: C01FEED, name: escalations, is_private: true, members: [U01ANA]}\n"
_SHARED = "  - {id: C01FEED, name: escalations, is_ext_shared: true, members: [U01ANA, U0SANDBOX1]}\n"
_ARCHIVED = "  - {id: C01FEED, name: escalations, is_archived: true, members: [U01ANA]}\n"


def warnings_to(story: Story, who: str) -> Sequence[str]:
    return [message.text for message in story.direct(who) if "the feed" in message.text]


@pytest.mark.parametrize(
    ("channel", "attempts", "why"),
    [
        (_PRIVATE, ["name_taken"], "the channel is private or archived. Unarchive it, or invite Escalate"),
        (_ARCHIVED, [], "it's archived. Unarchive it and invite Escalate"),
        (_SHARED, [], "it's shared with another company. Stop sharing it"),
    ],
    ids=["private", "archived", "shared"],
)
def test_a_feed_that_cannot_be_posted_in_is_reported_once(
    sqlite_url: str, folder: Path, channel: str, attempts: Sequence[str], why: str
) -> None:
    """And costs one attempt to make it at most: not one for every line."""
    with told(sqlite_url, folder, workspace=WORKSPACE + channel) as story:
        for account in ("Acme", "Globex", "Initech"):
            story.declare(account=account, level="sev2")
        made = [call for call in story.calls("conversations.create") if call["arguments"]["name"] == "escalations"]
        assert [call["error"] for call in made] == attempts
        [warning] = warnings_to(story, "maria")
        assert warning.startswith(f":warning: Escalate can't post in the feed #escalations: {why}")
        with story.program.services.database.transaction() as tx:
            given_up = select(func.count()).select_from(Effect).where(Effect.state == EffectState.PARKED)
            assert tx.session.scalars(given_up).one() == 0


def test_the_feed_resumes_when_the_bot_is_invited(sqlite_url: str, folder: Path) -> None:
    with told(sqlite_url, folder, workspace=WORKSPACE + _PRIVATE) as story:
        story.declare(account="Acme", level="sev2")
        [bot] = [user["id"] for user in story.state()["users"] if user.get("is_bot") and user["id"] != "USLACKBOT"]
        story.control.post("invite", user="U01ANA", channel="C01FEED", users=[bot])
        story.declare(account="Globex", level="sev2")
        lines = [message.text for message in story.messages("C01FEED", "ana") if message.text.startswith("ESC-")]
        assert len(lines) == 1
        assert "Globex" in lines[0]


def test_try_again_is_not_said_when_it_has_long_been_tried(sqlite_url: str, folder: Path) -> None:
    """Slack lets neither the form open nor the answer out; minutes later the answer would only confuse."""
    with told(sqlite_url, folder) as story:
        words = "Slack didn't open the form in time. Try again."
        story.control.post("faults", kind="status", method="views.open", status=503, times=1)
        story.command("noor")
        assert [message.text for message in story.direct("noor")] == [words]
        story.control.post("faults", kind="status", method="views.open", status=503, times=1)
        story.control.post("faults", kind="ratelimited", method="chat.postMessage", retry_after=300, times=1)
        story.command("noor")
        story.forward(minutes=6)
        assert [message.text for message in story.direct("noor")] == [words], "it was said once, in time"
