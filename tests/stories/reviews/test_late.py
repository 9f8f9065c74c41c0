"""A late review climbs: those who have to act are reminded at the policy's pace, then the manager is notified."""

from bot.views.kit import ids
from tests.stories.reviews.writing import WHYS, mitigated, write
from tests.support.person import Seen
from tests.support.story import Story


def reminders(story: Story, who: str) -> list[Seen]:
    return [one for one in story.direct(who) if "The review of" in one.text]


def test_the_fix_owner_is_reminded_each_working_day_and_the_manager_after_three(story: Story) -> None:
    number = mitigated(story)  # Friday 11:00, so it is due the Friday after
    story.skip_to("Fri 2026-03-13 10:59")
    assert reminders(story, "dana") == []
    story.skip_to("Fri 2026-03-13 11:01")
    (reminder,) = reminders(story, "dana")
    assert "has been overdue since" in reminder.text
    story.skip_to("Mon 2026-03-16 11:01")
    assert len([one for one in reminders(story, "dana") if one.buttons]) == 1, "one live message"
    assert reminders(story, "maria") == []
    story.skip_to("Wed 2026-03-18 11:01")
    (left,) = reminders(story, "maria")
    assert "<@U01DANA> got reminders. Ask what's in the way." in left.all_text
    story.skip_to("Wed 2026-03-25 11:01")
    assert len([one for one in reminders(story, "maria") if one.buttons]) == 1
    story.press("maria", ids.PRESS_REVIEW, on=reminders(story, "maria")[-1])
    story.submit("maria", whys=WHYS)
    story.program.services.reviews.sign_off(number, by="U01MARIA")
    story.settle()
    assert not any(one.buttons for who in ("dana", "maria") for one in reminders(story, who)), "nobody has to act"
    before = len(reminders(story, "dana"))
    story.skip(days=7)
    assert len(reminders(story, "dana")) == before


def test_once_it_is_ready_those_who_sign_off_are_reminded_instead(story: Story) -> None:
    number = mitigated(story)
    write(story, "dana", number, whys=WHYS, ready=["ready"])
    story.skip_to("Fri 2026-03-13 11:01")
    assert reminders(story, "dana") == []
    (reminder,) = reminders(story, "maria")
    assert "waits for a sign-off, overdue since" in reminder.text
    story.skip_to("Wed 2026-03-18 11:01")
    assert len([one for one in reminders(story, "maria") if one.buttons]) == 1, "and isn't told of themselves"
    story.press("maria", ids.PRESS_SIGN_OFF, on=reminders(story, "maria")[-1])
    assert story.facts(number).review.finished_on is not None


def test_after_an_outage_one_reminder_is_sent(story: Story) -> None:
    mitigated(story)
    story.outage(days=20)
    assert len(reminders(story, "dana")) == 1
    assert len(reminders(story, "maria")) == 1
