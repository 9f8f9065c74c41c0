"""The digest comes when its reader wants it, and says what happened since yesterday."""

import pytest

from bot.views.kit import ids
from tests.support.story import USERS, Story


def digests(story: Story, who: str) -> list[str]:
    return [each.all_text for each in story.direct(who) if each.text.startswith("Your team")]


def choose(story: Story, who: str, hour: str, days: list[str]) -> None:
    story.home(who)
    story.control.post("press", user=USERS[who], surface="home", action_id=ids.PRESS_DIGEST_HOURS)
    story.settle()
    story.submit(who, hour=hour, days=days)
    story.settle()


def test_a_manager_chooses_hour_and_days_in_home(story: Story) -> None:
    story.declare("noor", account="Acme", level="sev4", at="Mon 2026-03-09 10:00")
    choose(story, "maria", "7", ["1", "3"])
    story.skip_to("Tue 2026-03-10 06:59")
    assert digests(story, "maria") == []
    story.skip_to("Tue 2026-03-10 07:00")
    assert len(digests(story, "maria")) == 1
    assert "Since Thursday: 1 declared" in digests(story, "maria")[0], "which would have been the one before"
    story.skip_to("Wed 2026-03-11 12:00")
    assert len(digests(story, "maria")) == 1, "Wednesday isn't chosen"
    story.skip_to("Thu 2026-03-12 07:00")
    assert len(digests(story, "maria")) == 2
    choose(story, "maria", "7", [])
    story.skip_to("Tue 2026-03-17 07:00")
    assert len(digests(story, "maria")) == 2, "without a day none comes"


@pytest.mark.both_databases
def test_a_choice_is_kept_once_a_day_and_across_restarts(story: Story) -> None:
    story.declare("noor", account="Acme", level="sev4", at="Mon 2026-03-09 10:00")
    story.skip_to("Tue 2026-03-10 09:00")
    assert len(digests(story, "maria")) == 1
    assert "In the last 24 hours: 1 declared" in digests(story, "maria")[0]
    choose(story, "maria", "15", ["0", "1", "2", "3", "4"])
    story.skip_to("Tue 2026-03-10 15:00")
    assert len(digests(story, "maria")) == 1, "today's has come"
    story.restart()
    story.skip_to("Wed 2026-03-11 14:59")
    assert len(digests(story, "maria")) == 1
    story.skip_to("Wed 2026-03-11 15:00")
    assert len(digests(story, "maria")) == 2


def test_those_who_get_no_digest_have_no_button(story: Story) -> None:
    story.home("noor")
    assert ids.PRESS_DIGEST_HOURS not in str(story.control.get("home", user=USERS["noor"]))


def test_a_monday_has_the_news_since_friday(story: Story) -> None:
    story.declare("noor", account="Acme", level="sev4", at="Fri 2026-03-06 15:00")
    for morning in ("Sat 2026-03-07 09:00", "Sun 2026-03-08 09:00", "Mon 2026-03-09 09:00"):
        story.skip_to(morning)
    assert "Since Friday: 1 declared" in digests(story, "maria")[0]
