"""Screenshots and diagnostics are added in the details form, and everyone in the channel can open them."""

import base64
from collections.abc import Mapping

import pytest

from bot.views.kit import ids
from tests.support.story import USERS, Story

FIELD = "record files"


def uploaded(story: Story, who: str, name: str, content: bytes = b"png") -> str:
    file = story.control.post("upload", user=USERS[who], name=name, content=base64.b64encode(content).decode())
    return str(file["file"]["id"])


def kept(story: Story) -> list[Mapping[str, object]]:
    record = next(iter(story.program.services.export.batches())).records[0]
    return list(record.tables["files"])


def posted(story: Story, number: int, who: str = "noor") -> list[str]:
    """Return the names of the files in the thread of the bot's message."""
    at = story.find(number, ":paperclip:")
    found = story.control.get("messages", channel=at.raw["channel"], user=USERS[who], thread_ts=at.ts)["messages"]
    return [file["name"] for message in found for file in message.get("files", [])]


@pytest.mark.both_databases
def test_files_of_the_form_are_posted_for_everyone_and_belong_to_the_record(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    given = [uploaded(story, "ana", "error <1>.png"), uploaded(story, "ana", "trace.log")]
    story.press("ana", ids.PRESS_FACTS, on=story.card(number))
    assert story.submit("ana", **{FIELD: given})["result"] == "closed"
    said = story.find(number, "added 2 files")
    assert "<@U01ANA> added 2 files: error &lt;1&gt;.png, trace.log." in said.markup
    assert posted(story, number) == ["error <1>.png", "trace.log"]
    rows = kept(story)
    assert [(row["name"], row["by"], bool(row["link"])) for row in rows] == [
        ("error <1>.png", "U01ANA", True),
        ("trace.log", "U01ANA", True),
    ], "the copies in the channel are no files of their own"
    assert not any(file in str(row["link"]) for row in rows for file in given), "nobody else can open Ana's own"
    story.press("noor", ids.PRESS_FACTS, on=story.card(number))
    assert "trace.log" in story.form("noor").all_text
    story.close_form("noor")
    story.more("noor", "timeline", number)
    assert story.form("noor").all_text.count("File added") == 2


@pytest.mark.both_databases
def test_a_file_whose_answer_was_lost_is_posted_once(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    given = uploaded(story, "ana", "trace.log")
    story.control.post("faults", method="files.completeUploadExternal", kind="lost", times=1)
    story.press("ana", ids.PRESS_FACTS, on=story.card(number))
    story.submit("ana", **{FIELD: [given]})
    story.forward(minutes=2)
    assert posted(story, number) == ["trace.log"]
    assert [bool(row["link"]) for row in kept(story)] == [True]


def test_a_file_that_slack_wont_post_is_told_to_who_added_it(sqlite_story: Story) -> None:
    story = sqlite_story
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    given = uploaded(story, "ana", "trace.log")
    story.control.post("faults", method="files.getUploadURLExternal", kind="error", error="file_uploads_disabled")
    story.press("ana", ids.PRESS_FACTS, on=story.card(number))
    story.submit("ana", **{FIELD: [given]})
    story.forward(minutes=2)
    told = [message for message in story.messages(number, "ana") if "Couldn't post trace.log" in message.text]
    assert len(told) == 1
    assert posted(story, number) == []
    assert [row["link"] for row in kept(story)] == [None]


def test_many_files_are_counted_and_a_confidential_one_posts_them_where_its_people_are(story: Story) -> None:
    number = story.declare("ana", level="sev2", category="legal_compliance")
    for batch in range(2):
        given = [uploaded(story, "ana", f"letter-{batch}-{page}.pdf") for page in range(4)]
        story.press("ana", ids.PRESS_FACTS, on=story.card(number))
        story.submit("ana", **{FIELD: given})
    assert story.channel(number)["is_private"]
    assert posted(story, number, "ana") == [f"letter-1-{page}.pdf" for page in range(4)]
    story.press("ana", ids.PRESS_FACTS, on=story.card(number))
    shown = story.form("ana").all_text
    assert "letter-1-3.pdf" in shown
    assert "and 3 more in the timeline" in shown
    story.close_form("ana")
    shares = [file.shares for file in story.sandbox.workspace.files.values() if file.user == "U0SANDBOX1"]
    assert {channel for each in shares for channel in each} == {story.facts(number).channel_id}


def test_slack_takes_five_files_at_a_time(sqlite_story: Story) -> None:
    story = sqlite_story
    number = story.declare(account="Acme", level="sev3")
    story.press("ana", ids.PRESS_FACTS, on=story.card(number))
    given = [uploaded(story, "ana", f"{page}.png") for page in range(6)]
    with pytest.raises(AssertionError, match="takes 5 files at most"):
        story.submit("ana", **{FIELD: given})
