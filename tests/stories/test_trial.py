"""Faults found in a new user's trial that no other story covers: buttons without effect, false sentences."""

from typing import Any

from bot.policy.record.escalation import FIX_OWNER
from bot.ports.workspace import Posted
from bot.views.kit import ids
from tests.support.story import USERS, Story


def press_again(story: Story, who: str, body: dict[str, Any], action_id: str, value: str) -> None:
    """Press a button of a message as it was drawn long ago."""
    story.hear(
        {
            "type": "block_actions",
            "user": {"id": USERS[who]},
            "trigger_id": "1.2.3",
            "channel": {"id": body["channel"]},
            "container": {"type": "message", "message_ts": body["ts"], "channel_id": body["channel"]},
            "message": {"ts": body["ts"]},
            "actions": [{"action_id": action_id, "block_id": "b", "value": value, "type": "button"}],
        }
    )


def test_acknowledge_on_a_page_that_has_gone_on_acknowledges(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    old = next(message for message in story.direct("dana") if ids.PRESS_ACKNOWLEDGE_PAGE in message.buttons)
    value = old.button(ids.PRESS_ACKNOWLEDGE_PAGE)["value"]
    story.forward(minutes=95)
    press_again(story, "dana", dict(old.raw), ids.PRESS_ACKNOWLEDGE_PAGE, value)
    assert story.facts(number).acknowledged_by == USERS["dana"]


def test_acknowledge_on_a_message_of_before_says_who_has_it(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    old = next(message for message in story.direct("dana") if ids.PRESS_ACKNOWLEDGE_PAGE in message.buttons)
    value = old.button(ids.PRESS_ACKNOWLEDGE_PAGE)["value"]
    story.press("noor", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    press_again(story, "dana", dict(old.raw), ids.PRESS_ACKNOWLEDGE_PAGE, value)
    assert story.facts(number).acknowledged_by == USERS["noor"]
    assert story.facts(number).holder(FIX_OWNER) == USERS["dana"]


def test_a_page_for_a_missed_update_that_comes_on_time_is_not_called_late(story: Story) -> None:
    number = story.declare(account="Acme", level="sev2", at="Fri 2026-03-06 10:00")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.forward(hours=2, minutes=15)
    assert len(story.pages("maria")) == 1
    page = story.direct("maria")[-1]
    assert "elayed" not in page.all_text
    assert " late" not in page.all_text


def test_who_acknowledges_late_reads_once_that_the_update_is_overdue_already(story: Story) -> None:
    number = story.declare(account="Acme", level="sev2", at="Fri 2026-03-06 10:00")
    story.forward(hours=2, minutes=30)
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    assert story.find(number, "acknowledged").text.endswith("acknowledged.")
    lines = [said for said in story.said(number) if said != story.card(number).text]
    assert len([said for said in lines if "update" in said and ("overdue" in said or "due" in said)]) == 1, lines


def test_an_internal_update_says_that_the_customers_is_overdue_once_it_is_and_only_the_latest_does(
    story: Story,
) -> None:
    number = story.declare(account="Acme", level="sev2", at="Fri 2026-03-06 10:00")
    story.act("dana", ids.PRESS_UPDATE, number, known="First look", customer_text="")
    assert "Customer update still due" in story.find(number, "First look").all_text
    story.act("dana", ids.PRESS_UPDATE, number, known="Second look", customer_text="")
    assert "Customer update" not in story.find(number, "First look").all_text
    story.forward(hours=2)
    said = story.find(number, "Second look").all_text
    assert "Customer update overdue since" in said
    assert "still due" not in said


def test_the_notification_of_an_update_ends_its_sentence(story: Story) -> None:
    number = story.declare(account="Acme", level="sev2", at="Fri 2026-03-06 10:00")
    story.act("ana", ids.PRESS_UPDATE, number, known="double click test 0", customer_text="")
    assert ": double click test 0. Next update " in story.find(number, ":memo: Update by").text


def test_words_for_the_customer_promise_the_time_of_the_team_they_name(story: Story) -> None:
    number = story.declare(account="Acme", level="sev2", category="service_outage", at="Fri 2026-03-06 10:00")
    story.press("ana", ids.PRESS_PLAYBOOK, on=story.card(number))
    assert "within 15 minutes" not in story.form("ana").all_text, "that is our own time to acknowledge"


def test_acknowledging_on_a_private_copy_changes_no_owner_unasked(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    story.command("noor", f"ack ESC-{number}")
    facts = story.facts(number)
    assert (facts.acknowledged_by, facts.holder(FIX_OWNER)) == (USERS["noor"], USERS["dana"])


def test_a_page_that_was_posted_while_its_channel_was_made_gets_the_channel(sqlite_story: Story) -> None:
    story = sqlite_story
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    page = story.facts(number).pages[0]
    assert page.message_channel is not None
    assert page.message_ts is not None
    before = len(story.calls())
    # It was drawn before the channel was there, and is noted after it.
    posted = Posted(page.message_channel, page.message_ts)
    with story.program.services.core.database.transaction() as tx:
        story.program.services.deliveries.posted(tx, number, page.id, page.sends, posted, channel=None)
    story.settle()
    edits = [call["arguments"] for call in story.calls("chat.update", since=before)]
    assert any(edit["ts"] == page.message_ts and f"<#{story.facts(number).channel_id}>" in str(edit) for edit in edits)


def test_a_reopened_one_says_that_it_is_unacknowledged_and_when_it_was_acknowledged_first(story: Story) -> None:
    number = story.declare(account="Acme", level="sev2", at="Fri 2026-03-06 10:00")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.act("dana", ids.PRESS_MITIGATE, number, note="Rolled back.")
    story.act("noor", ids.PRESS_REOPEN, number, reason="It is back.")
    said = story.card(number).all_text
    assert "Unacknowledged" in said
    assert ":white_check_mark: First acknowledged in" in said
    assert "acknowledge by" not in str(story.channel(number)["topic"])
