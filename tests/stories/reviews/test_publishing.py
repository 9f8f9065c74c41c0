"""A review is published as a canvas; where Slack takes none, as a file; and it follows each edit."""

import pytest

from bot.views.kit import ids
from tests.stories.reviews.writing import WHYS, mitigated, offers, told, write
from tests.support.story import Story

FREE = "free_teams_cannot_create_standalone_canvases"


def canvases(story: Story) -> list[str]:
    return [canvas.markdown for canvas in story.sandbox.workspace.canvases.values()]


def refuse(story: Story, method: str, error: str = FREE, times: int = 99) -> None:
    story.control.post("faults", method=method, kind="error", error=error, times=times)


def files(story: Story, number: int) -> list[dict[str, str]]:
    """Return the files that still exist in a channel, with their content."""
    channel = story.facts(number).channel_id
    shown = story.sandbox.workspace.files.values()
    return [
        {"name": one.name, "text": one.content.decode()} for one in shown if channel in one.shares and not one.deleted
    ]


def test_a_canvas_in_the_channel_follows_each_edit(story: Story) -> None:
    number = mitigated(story)
    write(story, "dana", number, whys=WHYS)
    (first,) = canvases(story)
    assert "# Post-incident review: ESC-1, Acme" in first
    assert "1. The export queue filled the disk." in first
    message = told(story, number)
    link = story.facts(number).review.link
    assert link is not None
    assert f"<{link}|Post-incident review> of ESC-1." in message.text
    assert f"<{link}|open it>" in story.card(number).all_text
    write(story, "eli", number, lucky="It was noon.")
    (second,) = canvases(story)
    assert "It was noon." in second
    assert len([text for text in story.said(number) if "Post-incident review" in text]) == 1
    canvas = next(iter(story.sandbox.workspace.canvases.values()))
    assert canvas.access_channels == {story.facts(number).channel_id: "read"}, "an edit of theirs would be overwritten"
    assert events(story, number).count("review published") == 1


@pytest.mark.both_databases
@pytest.mark.parametrize("error", [FREE, "missing_scope", "canvas_disabled_user_team", "word_of_tomorrow"])
def test_where_slack_takes_no_canvas_it_is_a_file_in_the_thread(story: Story, error: str) -> None:
    refuse(story, "canvases.create", error)
    number = mitigated(story)
    write(story, "dana", number, whys=WHYS)
    (file,) = files(story, number)
    assert file["name"] == "review-ESC-1.md"
    assert "1. The export queue filled the disk." in file["text"]
    assert "|Post-incident review> of ESC-1." in told(story, number).text
    write(story, "eli", number, lucky="It was noon.")
    (file,) = files(story, number)
    assert "It was noon." in file["text"], "the file before is gone"
    assert len([text for text in story.said(number) if "Post-incident review" in text]) == 1


def test_where_slack_takes_neither_nothing_is_lost(story: Story) -> None:
    refuse(story, "canvases.create")
    refuse(story, "files.getUploadURLExternal", "file_uploads_disabled")
    number = mitigated(story)
    write(story, "dana", number, whys=WHYS)
    assert "Post-incident review of ESC-1. A draft by <@U01DANA>." in told(story, number).text
    story.press("eli", ids.PRESS_REVIEW, on=told(story, number))
    assert "The queue has no limit." in str(story.form("eli").raw)


def test_a_lost_answer_makes_no_second_canvas(story: Story) -> None:
    number = mitigated(story)
    story.control.post("faults", method="canvases.create", kind="lost", times=1)
    write(story, "dana", number, whys=WHYS)
    story.forward(minutes=5)
    assert len(canvases(story)) == 1
    assert story.facts(number).review.link is not None


def test_a_canvas_that_somebody_deleted_is_made_again(story: Story) -> None:
    number = mitigated(story)
    write(story, "dana", number, whys=WHYS)
    story.sandbox.workspace.canvases.clear()
    write(story, "eli", number, lucky="It was noon.")
    assert len(canvases(story)) == 1


def test_the_canvas_of_what_becomes_confidential_moves_to_the_private_channel(story: Story) -> None:
    number = mitigated(story)
    write(story, "dana", number, whys=WHYS)
    before = story.facts(number).channel_id
    story.menu("maria", "category", number, confidential=["confidential"])
    (canvas,) = story.sandbox.workspace.canvases.values()
    assert canvas.channel == story.facts(number).channel_id != before
    assert "Post-incident review" in told(story, number).text


def test_the_document_says_who_signed_it_off(story: Story) -> None:
    number = mitigated(story)
    write(story, "dana", number, whys=WHYS, ready=["ready"])
    story.press("maria", ids.PRESS_SIGN_OFF, on=offers(story, "maria")[-1])
    (said,) = canvases(story)
    assert "**Read and signed off** by Maria Lee" in said


def events(story: Story, number: int) -> list[str]:
    return [line.event for line in story.program.services.timelines.page(number, viewer="U01DANA")[2].lines]
