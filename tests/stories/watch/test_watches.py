"""The watch after resolution: the relationship owner is asked how the account is, and the answer is kept."""

from pathlib import Path

import pytest

from bot.errors import NotFound
from bot.models.watch import WatchQuestion
from bot.policy.decide.watches import AccountState
from bot.policy.record.escalation import FIX_OWNER, Status
from bot.views.kit import ids
from tests.support.person import Seen
from tests.support.story import USERS, Story
from tests.support.story import story as told

_DONE = {"fixed": "Faster.", "confirmed_by": "Jo", "confirmed_how": "call"}
_REVIEWED = {
    "review_url": "https://wiki.example/1",
    "action": "Test it",
    "action_owner": USERS["eli"],
    "action_due": "2026-03-20",
    "cause": "A slow query",
}


def asked(story: Story, who: str = "ana") -> list[Seen]:
    """Return the questions somebody has got, oldest first."""
    return [message for message in story.direct(who) if message.text.startswith(":eyes: How is ")]


def end(story: Story, number: int, **more: str) -> None:
    """Resolve it and close it, without the review where the level wants none."""
    owner = next(who for who, slack_id in USERS.items() if slack_id == story.facts(number).holder(FIX_OWNER))
    answer = story.act(owner, ids.PRESS_RESOLVE, number, **_DONE, **more)
    assert answer["result"] == "closed", answer.get("errors")
    finished = {"finished_on": "2026-03-09"} if more else {}
    assert story.act(owner, ids.PRESS_CLOSE, number, summary="All good.", **finished)["result"] == "closed"


def test_an_account_is_watched_after_everything_is_closed_and_archived(database_url: str, folder: Path) -> None:
    with told(database_url, folder, policy="p-levels") as story:
        number = story.declare(account="Acme", level="p1", summary="Exports are down", at="Mon 2026-03-09 10:00")
        end(story, number, **_REVIEWED)
        story.menu("ana", "summary", number)
        assert "Watched until" in story.card(number).all_text
        other = story.declare(account="Umbrella", level="p4", summary="A typo")
        story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(other))
        story.skip(days=13)
        story.skip(days=1)
        assert story.channel(number)["is_archived"]
        said = len(story.messages(number))
        assert asked(story) == []
        digests = [message.all_text for message in story.direct("maria") if "Watched after" in message.all_text]
        assert "ESC-1 Acme" in digests[-1]

        story.skip(days=2)
        half_way = asked(story)[0]
        assert "Halfway" in half_way.all_text
        story.restart()
        story.press("ana", ids.PRESS_WATCH_WELL, on=half_way)
        assert "All good, said" in asked(story)[0].all_text
        assert asked(story)[0].buttons == []

        # The bot is not running on the last day: asked once it is, and once only.
        story.outage(days=20)
        story.restart()
        assert len(asked(story)) == 2
        assert len(story.messages(number)) == said
        story.press("ana", ids.PRESS_WATCH_WRONG, on=asked(story)[1])
        assert story.form("ana").title == "Reopen"
        story.submit("ana", reason="They are down again.")
        assert story.facts(number).status is Status.OPEN
        assert "It was reopened" in asked(story)[1].all_text
        assert asked(story)[1].buttons == []

        record = next(batch for batch in story.program.services.export.batches()).records[0]
        events = [entry.after for entry in record.timeline if entry.event == "watch answered"]
        assert events == [{"turn": "half-way", "answer": "well"}, {"turn": "last day", "answer": "wrong"}]
        assert [row["answer"] for row in record.tables["watches"]] == ["well", "wrong"]


def test_reopening_ends_the_watch_and_a_confidential_account_is_asked_after_among_its_own_people_only(
    database_url: str, folder: Path
) -> None:
    with told(database_url, folder, policy="p-levels") as story:
        number = story.declare(account="Acme", level="p3", summary="Slow exports", at="Mon 2026-03-09 10:00")
        end(story, number)
        hidden = story.declare(account="Globex", level="p1", summary="A leak", category="security_privacy")
        owner = story.facts(hidden).holder(FIX_OWNER) or ""
        end(story, hidden, **{**_REVIEWED, "action_owner": owner})
        story.skip(days=7)
        question = asked(story)[0]
        assert "Last day; we won't ask again" in question.all_text
        story.command("dana", f"reopen ESC-{number}")
        story.submit("dana", reason="Slow again.")
        assert asked(story)[0].buttons == []
        assert "The watch is over" in asked(story)[0].all_text
        # An old button, pressed in a client that has not redrawn the message.
        story.program.services.watches.answer(number, 1, AccountState.WELL, by=USERS["ana"])
        with story.program.services.database.transaction() as tx:
            assert tx.session.get_one(WatchQuestion, 1).answer is None

        for _ in range(24):
            story.skip(days=1)
        assert [message.text.count("Globex") for message in asked(story)] == [0, 1, 1]
        assert [asked(story, who) for who in ("dana", "maria", "omar", "noor", "eli")] == [[]] * 5
        with pytest.raises(NotFound):
            story.program.services.watches.answer(hidden, 2, AccountState.WELL, by=USERS["eli"])
