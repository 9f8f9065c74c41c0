"""The checklist behind the card's button: ticked by the record and by people, and counted on the card."""

from pathlib import Path

import pytest

from bot.views.kit import ids
from tests.support.person import Form
from tests.support.story import Story
from tests.support.story import story as told

pytestmark = pytest.mark.both_databases


def test_the_checklist_is_ticked_by_the_record_and_by_people_and_follows_the_level(
    database_url: str, folder: Path
) -> None:
    with told(database_url, folder, policy="p-levels") as story:
        number = story.declare("noor", account="Acme", level="p3", summary="Slow exports", at="Mon 2026-03-09 10:00")
        assert counted(story, number) == "Checklist 0/4"
        form = opened(story, "ana", number)
        assert ":white_check_mark:" not in form.all_text
        assert "Provide" not in form.all_text
        options = form.question("items-0")["element"]["options"]
        assert [option["value"] for option in options] == [
            "acknowledge",
            "create_ticket",
            "schedule_call",
            "root_cause",
            "post_mortem",
            "monitor_health",
        ]
        story.submit("ana", **{"items-0": ["schedule_call", "root_cause"]})
        assert counted(story, number) == "Checklist 1/4"
        assert "Schedule customer call: <@U01ANA>" in opened(story, "dana", number).all_text

        # Somebody else takes one back; what Ana has ticked beside it stays hers.
        story.submit("dana", **{"items-0": ["schedule_call"]})
        assert counted(story, number) == "Checklist 0/4"

        # A ticket is created when one is linked, and not before.
        story.more("dana", "ticket", number)
        assert story.submit("dana", number="SUP-4711", url="javascript:alert(1)")["result"] == "errors"
        story.submit("dana", number="SUP-4711", url="https://tickets.example/4711")
        assert counted(story, number) == "Checklist 1/4"
        assert "ticket <https://tickets.example/4711|SUP-4711>" in story.card(number).all_text

        story.menu("maria", "level", number, level="p1", reason="It is down.")
        assert counted(story, number) == "Checklist 4/10"
        story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
        assert counted(story, number) == "Checklist 5/10"
        assert not any("checklist" in message.text for message in story.messages(number))

        record = next(story.program.services.export.batches()).records[0]
        assert [row["item"] for row in record.tables["checklist"]] == ["schedule_call"]
        events = [entry for entry in record.timeline if entry.event == "checklist"]
        assert [entry.actor for entry in events] == ["U01ANA", "U01DANA"]


def opened(story: Story, who: str, number: int) -> Form:
    """Open the checklist from the card."""
    story.press(who, ids.PRESS_CHECKLIST, on=story.card(number))
    return story.form(who)


def counted(story: Story, number: int) -> str:
    """Return the words of the card's button."""
    return str(story.card(number).button(ids.PRESS_CHECKLIST)["text"]["text"])
