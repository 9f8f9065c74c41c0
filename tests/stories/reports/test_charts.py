"""A report's chart as a picture: sent directly, once, with its numbers as a description."""

import pytest

from bot.views.kit import ids
from bot.views.reports import chart_picture
from sandbox.state.files import File
from tests.support.story import USERS, Story

NUMBERS = "Declared, 28 Feb to 6 Mar. Sev 3 0, 0, 0, 0, 0, 0, 2."


def sent(story: Story, who: str = "maria") -> list[tuple[str, File]]:
    """Return the pictures that somebody has got in their conversation with the bot, with the words above each."""
    mine = [c for c in story.state()["channels"] if c.get("is_im") and USERS[who] in (c.get("user"), *c["members"])]
    messages = [message for channel in mine for message in story.messages(channel["id"], who)]
    files = story.sandbox.workspace.files
    return [(str(one.raw["text"]), files[file["id"]]) for one in messages for file in one.raw.get("files", [])]


def pictures(story: Story, who: str = "maria") -> list[File]:
    return [file for _, file in sent(story, who)]


@pytest.fixture
def reported(story: Story) -> Story:
    """Return a story in which Maria looks at a report of two escalations."""
    if not chart_picture.is_possible():
        pytest.skip("without the extra `charts`")
    story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    story.declare(account="Umbrella", level="sev3", confidential=["confidential"])
    story.command("maria", "report 7d")
    return story


def test_the_chart_comes_as_a_described_picture_once(reported: Story) -> None:
    assert "data_visualization" in str(reported.form("maria").raw)
    reported.control.post("faults", method="files.completeUploadExternal", kind="lost", times=1)
    reported.press_in_form("maria", ids.PRESS_CHART)
    shown = reported.form("maria")
    assert "The chart comes as a direct message from Escalate." in shown.all_text
    assert ids.PRESS_CHART not in str(shown.raw)
    ((words, picture),) = sent(reported)
    assert picture.content.startswith(b"\x89PNG")
    assert picture.alt_text == NUMBERS
    assert picture.title == "Declared · Last 7 days · 28 Feb 2026 to 6 Mar 2026"
    assert words == "Chart of your report"
    assert pictures(reported, "ana") == []


def test_of_one_account_it_has_what_the_report_of_that_account_has(reported: Story) -> None:
    reported.close_form("maria")
    reported.restart(new_blocks=False)
    reported.command("maria", "report 7d of acme")
    assert "```From" in reported.form("maria").all_text
    reported.press_in_form("maria", ids.PRESS_CHART)
    (picture,) = pictures(reported)
    assert picture.alt_text == NUMBERS.replace("2.", "1.")
    assert "Acme" in picture.title
    reported.close_form("maria")
    reported.command("maria", "report of umbrella")
    assert ids.PRESS_CHART not in str(reported.form("maria").raw), "there is nothing to draw"


def test_where_slack_takes_no_files_its_numbers_come_as_text(reported: Story) -> None:
    reported.control.post("faults", method="files.getUploadURLExternal", kind="error", error="missing_scope", times=1)
    reported.press_in_form("maria", ids.PRESS_CHART)
    assert pictures(reported) == []
    said = reported.direct("maria")[-1].all_text
    assert "Slack didn't take the picture." in said
    assert "Sev 3" in said


def test_without_the_library_there_is_no_button(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chart_picture, "is_possible", lambda: False)
    story.declare(level="sev3")
    story.command("maria", "report")
    shown = str(story.form("maria").raw)
    assert "data_visualization" in shown
    assert ids.PRESS_CHART not in shown


def test_who_may_not_read_it_gets_none(reported: Story) -> None:
    reported.by_hand("member", "maria", is_restricted=True)
    reported.press_in_form("maria", ids.PRESS_CHART)
    assert pictures(reported) == []
    assert USERS["maria"] not in str(reported.calls("conversations.open"))
