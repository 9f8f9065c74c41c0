"""Hard cases of being on call: the nights on which clocks change, and people whose address changes."""

from pathlib import Path

import pytest

from tests.support.story import DIRECTORY, Story
from tests.support.story import story as told

# The hand-over is at a time that spring skips and autumn shows twice.
NIGHTLY = DIRECTORY.replace(
    'starts_at: "2026-01-05T09:00", every: 1w, zone: Europe/Berlin',
    'starts_at: "{first}", every: 1d, zone: America/New_York',
)


def told_shift(story: Story, who: str) -> list[str]:
    return [message.text for message in story.direct(who) if "You're on call for" in message.text]


def test_in_the_night_that_skips_the_hand_over_it_happens_once_and_the_page_moves(
    database_url: str, folder: Path
) -> None:
    directory = NIGHTLY.replace("{first}", "2026-03-06T02:30")
    with told(database_url, folder, directory=directory) as story:
        story.skip_to("Sun 2026-03-08 01:50")
        number = story.declare(level="sev1")
        assert story.facts(number).holder("fix_owner") == "U01ELI", "Saturday's shift lasts until the clocks change"
        rang = len(story.pages("eli"))
        assert rang == 1
        story.forward(minutes=15)  # 01:50 EST, then 03:05 EDT
        assert len(story.pages("dana")) >= 1, "Dana is on call now, and gets the page"
        stopped = len(story.pages("eli"))
        assert len(told_shift(story, "dana")) == 1
        story.forward(minutes=20)
        assert len(story.pages("eli")) == stopped
        assert len(told_shift(story, "dana")) == 1
        story.skip_to("Mon 2026-03-09 02:25")
        assert len(told_shift(story, "eli")) == 1, "Saturday's"
        story.skip_to("Mon 2026-03-09 02:35")
        assert len(told_shift(story, "eli")) == 2, "the night after hands over by the wall clock again"


def test_in_the_night_that_shows_the_hand_over_twice_it_happens_once(database_url: str, folder: Path) -> None:
    directory = NIGHTLY.replace("{first}", "2026-10-30T01:30")
    with told(database_url, folder, directory=directory) as story:
        story.skip_to("Sun 2026-11-01 00:50")
        before = len(told_shift(story, "dana")), len(told_shift(story, "eli"))
        for _ in range(30):
            story.skip(minutes=5)  # 1:30 comes twice
        after = len(told_shift(story, "dana")), len(told_shift(story, "eli"))
        assert sum(after) - sum(before) == 1


@pytest.mark.both_databases
def test_who_is_on_call_under_an_address_that_changed_is_passed_over_and_named(database_url: str, folder: Path) -> None:
    on_call = DIRECTORY.replace("people: [dana@example.com, eli@example.com]", "people: [eli@example.com]")
    with told(database_url, folder, directory=on_call) as story:
        story.by_hand("member", "eli", email="eli.brandt@example.com")
        number = story.declare(level="sev1", area="exports")
        holder = story.facts(number).holders["fix_owner"]
        assert (holder.person, holder.how) == ("U01DANA", "accountable for Exports and reports")
        assert story.pages("dana")
        said = str(story.said(number))
        assert "Couldn't page eli@example.com (fix owner)" in said
        assert "Fix owner is now <@U01DANA>, accountable for Exports and reports." in said
