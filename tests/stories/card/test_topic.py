"""The topic shows level, status and next due time, and is set again only when one of them changes."""

from bot.views.kit import ids
from tests.support.story import Story


def topics(story: Story, number: int) -> list[str]:
    """Return the topics in the order they were set; Slack posts a line for each."""
    lines = [message for message in story.messages(number) if message.raw.get("subtype") == "channel_topic"]
    return [line.text.removeprefix("set the channel topic: ") for line in lines]


def test_the_topic_follows_every_change_of_level_status_and_due_time(story: Story) -> None:
    number = story.declare(level="sev3", at="Fri 2026-03-06 10:00")
    about = "ESC-1 · Acme: Exports are down"
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.menu("maria", "level", number, level="sev1", reason="It is their launch day.")
    story.act("ana", ids.PRESS_UPDATE, number, known="We look.", customer_text="We're on it.")
    story.act("dana", ids.PRESS_MITIGATE, number, note="Rolled back.")
    confirmed = {"confirmed_by": "Jo Park", "confirmed_how": "call"}
    reviewed = {"review_url": "https://wiki.example/1", "action": "Test", "action_owner": "U01ELI"}
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="A patch.", **confirmed, **reviewed, action_due="2026-03-20")
    story.act("dana", ids.PRESS_CLOSE, number, summary="All good.", cause="A slow query", finished_on="2026-03-06")
    assert topics(story, number) == [
        f"Sev 3 · Unacknowledged · acknowledge by 9 Mar 10:00 AM EDT · {about}",
        f"Sev 3 · Acknowledged · customer update due 9 Mar 10:00 AM EDT · {about}",
        f"Sev 1 · Acknowledged · customer update due 6 Mar 10:30 AM EST · {about}",
        f"Sev 1 · Impact stopped · customer update due 6 Mar 10:30 AM EST · {about}",
        f"Sev 1 · Resolved · {about}",
        f"Sev 1 · Closed · {about}",
    ]


def test_what_changes_no_word_of_it_sets_no_topic(story: Story) -> None:
    number = story.declare(level="sev1")
    story.forward(minutes=40)
    story.hand_over("noor", number, role="relationship_owner", person="U01ELI")
    story.details("ana", number, **{"customer.name": "Jo Fischer"})
    first, overdue = topics(story, number)
    assert "acknowledge by" in first
    assert "acknowledgement overdue since" in overdue, "the time has passed: it says so once"


def test_a_confidential_topic_says_what_is_due_and_not_about_whom(story: Story) -> None:
    number = story.declare("ana", level="sev2", category="security_privacy", summary="Leaked keys")
    assert str(story.channel(number)["topic"]).endswith(" · ESC-1 · confidential")
    assert "acknowledge by" in str(story.channel(number)["topic"])


def test_the_channel_that_replaces_a_lost_one_has_a_topic_even_if_one_was_waiting(story: Story) -> None:
    number = story.declare(level="sev3")
    story.by_hand("archive", "noor", channel=story.facts(number).channel_id)
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.program.services.channel_troubles.replace(number, by="U01ANA")
    story.settle()
    assert str(story.channel(number)["topic"]).startswith("Sev 3 · Acknowledged")
