"""The checklist in the channel: posted after the opening, ticked by the record and by people, kept up to date."""

from pathlib import Path

import pytest

from bot.views.kit import ids
from tests.support.story import Story
from tests.support.story import story as told

pytestmark = pytest.mark.both_databases


def test_the_checklist_is_ticked_by_the_record_and_by_people_and_follows_the_level(
    database_url: str, folder: Path
) -> None:
    with told(database_url, folder, policy="p-levels") as story:
        number = story.declare("noor", account="Acme", level="p3", summary="Slow exports", at="Mon 2026-03-09 10:00")
        assert not any("checklist" in message.text for message in story.messages(number))
        story.forward(minutes=1)
        tracked_message = story.find(number, "P3 checklist: 1 of 3 done")
        assert ":white_check_mark: Create ticket in system" in tracked_message.all_text
        assert ":white_large_square: Document root cause" in tracked_message.all_text
        assert "*If needed*\n:white_large_square: Schedule customer call" in tracked_message.all_text
        assert "Provide hourly updates" not in tracked_message.all_text

        story.press("ana", ids.PRESS_CHECKLIST, on=tracked_message)
        values = [option["value"] for option in story.form("ana").question("items-0")["element"]["options"]]
        assert values == ["schedule_call", "root_cause", "post_mortem", "monitor_health"]
        story.submit("ana", **{"items-0": ["schedule_call", "root_cause"]})
        assert "P3 checklist: 2 of 3 done" in _tracked_message(story, number)
        assert "Schedule customer call · <@U01ANA>" in _tracked_message(story, number)

        # Somebody else takes one back; what Ana has ticked beside it stays hers.
        story.press("dana", ids.PRESS_CHECKLIST, on=story.find(number, "P3 checklist"))
        story.submit("dana", **{"items-0": ["schedule_call"]})
        assert "P3 checklist: 1 of 3 done" in _tracked_message(story, number)

        story.menu("maria", "level", number, level="p1", reason="It is down.")
        assert "P1 checklist: 4 of 9 done" in _tracked_message(story, number)
        assert "Schedule customer call · <@U01ANA>" in _tracked_message(story, number)
        story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
        assert "P1 checklist: 5 of 9 done" in _tracked_message(story, number)
        assert sum("checklist:" in message.all_text for message in story.messages(number)) == 1

        record = next(story.program.services.export.batches()).records[0]
        assert [row["item"] for row in record.tables["checklist"]] == ["schedule_call"]
        events = [entry for entry in record.timeline if entry.event == "checklist"]
        assert [entry.actor for entry in events] == ["U01ANA", "U01DANA"]


def _tracked_message(story: Story, number: int) -> str:
    return story.find(number, " checklist: ").all_text
