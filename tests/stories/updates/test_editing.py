"""A wrong word in an update is corrected where it stands: marked as edited, with the history kept."""

from datetime import timedelta

import pytest

from bot.views.kit import ids
from bot.views.kit.parts import actions, button
from tests.support.person import Json, Seen
from tests.support.story import USERS, Story, moment

WORDS = {"customer_text": "We found the couse.", "known": "A bad query."}


def posted(story: Story, who: str = "ana", *, level: str = "sev2", **values: str) -> int:
    """Declare an escalation at ten and post an update."""
    number = story.declare(level=level, at="Fri 2026-03-06 10:00")
    assert story.act(who, ids.PRESS_UPDATE, number, **(values or WORDS))["result"] == "closed"
    return number


def the_update(story: Story, number: int) -> Seen:
    return story.find(number, ":memo: Update by")


def edit(story: Story, who: str, number: int, **values: str) -> Json:
    story.press(who, ids.PRESS_EDIT_UPDATE, on=the_update(story, number))
    return story.submit(who, **values)


def test_the_author_corrects_the_words_and_everybody_reads_that_it_was_edited(story: Story) -> None:
    number = posted(story)
    before = story.facts(number)
    messages = len(story.messages(number))
    story.forward(minutes=5)
    assert edit(story, "ana", number, customer_text="We found the cause.")["result"] == "closed"
    message = the_update(story, number)
    assert "We found the cause." in message.all_text
    assert "couse" not in message.all_text
    assert "Edited by <@U01ANA>" in message.all_text
    assert len(story.messages(number)) == messages, "nothing else is posted"
    after = story.facts(number)
    assert after.customer_update_due_at == before.customer_update_due_at
    assert after.last_customer_update_at == before.last_customer_update_at, "it's the same update"
    story.command("ana", f"timeline {number}")
    assert "Update edited" in story.form("ana").all_text


def test_the_promise_moves_within_the_cadence_and_keeps_its_history(story: Story) -> None:
    number = posted(story)
    story.forward(minutes=5)
    sooner = moment("Fri 2026-03-06 11:00")
    edit(story, "ana", number, next_at=str(int(sooner.timestamp())))
    assert story.facts(number).customer_update_due_at == sooner
    assert "was <!date^" in the_update(story, number).markup
    assert "<!date^" in story.card(number).markup
    too_late = moment("Fri 2026-03-06 12:01")
    refused = edit(story, "ana", number, next_at=str(int(too_late.timestamp())))
    assert refused["errors"]["next_at"] == "At this level the next update is due by 6 Mar 12:00 PM EST."
    story.close_form("ana")
    story.forward_to("Fri 2026-03-06 11:00")
    assert any("update for Acme was due" in said for said in story.said(number)), "the clock follows"
    lines = story.program.services.timelines.page(number, viewer=USERS["dana"])[2].lines
    edited = next(line for line in lines if line.event == "update edited" and "next" in line.after)
    assert edited.before["next"] == moment("Fri 2026-03-06 12:00").isoformat()
    assert edited.after["next"] == sooner.isoformat()


def test_a_promise_whose_time_has_come_cannot_be_moved_any_more(story: Story) -> None:
    number = posted(story)
    story.press("ana", ids.PRESS_EDIT_UPDATE, on=the_update(story, number))
    story.forward_to("Fri 2026-03-06 12:05")
    later = str(int(moment("Fri 2026-03-06 13:00").timestamp()))
    assert "Post a new update" in story.submit("ana", next_at=later)["errors"]["next_at"]
    story.close_form("ana")
    story.press("ana", ids.PRESS_EDIT_UPDATE, on=the_update(story, number))
    assert "next_at" not in story.form("ana").inputs
    story.submit("ana", customer_text="We found the cause.")
    assert story.facts(number).customer_update_due_at == moment("Fri 2026-03-06 12:00"), "it stays overdue"


def test_owners_and_the_manager_edit_it_and_others_are_told_whom_to_ask(story: Story) -> None:
    number = posted(story, "eli")
    for who, text in (("eli", "One"), ("dana", "Two"), ("ana", "Three"), ("maria", "Four")):
        assert edit(story, who, number, customer_text=text)["result"] == "closed", who
        assert f"Edited by <@{USERS[who]}>" in the_update(story, number).all_text
    story.press("noor", ids.PRESS_EDIT_UPDATE, on=the_update(story, number))
    assert "Only <@U01ELI>, <@U01DANA>, <@U01ANA> or <@U01MARIA> can edit this update." in story.form("noor").all_text


def test_it_is_in_the_more_menu_once_there_is_an_update(story: Story) -> None:
    number = story.declare(level="sev2", at="Fri 2026-03-06 10:00")
    assert "Edit last update" not in story.card(number).all_text
    story.act("ana", ids.PRESS_UPDATE, number, **WORDS)
    assert "Edit last update" in story.card(number).all_text
    assert story.menu("ana", "update", number, note="A slow query.")["result"] == "closed"
    assert "A slow query." in the_update(story, number).all_text


def test_after_a_newer_update_the_earlier_one_is_left_as_it_is(story: Story) -> None:
    number = posted(story)
    first = the_update(story, number)
    story.press("ana", ids.PRESS_EDIT_UPDATE, on=first)
    story.forward(minutes=10)
    story.act("dana", ids.PRESS_UPDATE, number, known="Found it.")
    story.submit("ana", customer_text="Other words.")
    assert "There's a newer update, by <@U01DANA>." in story.form("ana").all_text
    story.close_form("ana")
    earlier, newer = (seen for seen in story.messages(number) if ":memo: Update by" in seen.text)
    assert earlier.buttons == [], "only the last one is offered"
    assert newer.buttons == [ids.PRESS_EDIT_UPDATE]
    assert "Other words" not in earlier.all_text


@pytest.mark.both_databases
def test_of_two_who_edit_at_once_the_second_reads_what_the_first_wrote(story: Story) -> None:
    number = posted(story)
    for who in ("ana", "dana"):
        story.press(who, ids.PRESS_EDIT_UPDATE, on=the_update(story, number))
    assert story.submit("ana", customer_text="Ana's words.")["result"] == "closed"
    answer = story.submit("dana", customer_text="Dana's words.")
    assert answer["errors"]["customer_text"].startswith("Someone else edited this update meanwhile.")
    story.close_form("dana")
    assert "Ana's words." in the_update(story, number).all_text
    assert edit(story, "dana", number, customer_text="Both.")["result"] == "closed"


def test_an_update_stays_for_whom_it_was(story: Story) -> None:
    number = posted(story, known="Looking.", customer_text="")
    story.press("ana", ids.PRESS_EDIT_UPDATE, on=the_update(story, number))
    assert "customer_text" not in story.form("ana").inputs, "an internal one never becomes the customer's"
    assert story.submit("ana", note="-")["errors"]["note"]
    story.close_form("ana")
    story.act("ana", ids.PRESS_UPDATE, number, customer_text="We are on it.")
    newest = story.find(number, "We are on it.")
    story.press("ana", ids.PRESS_EDIT_UPDATE, on=newest)
    assert "Keep a text" in story.submit("ana", customer_text="-", note="Only us.")["errors"]["customer_text"]


def test_the_button_goes_when_it_is_closed_and_an_old_one_says_why(story: Story) -> None:
    number = posted(story, level="sev3")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", confirmed_by="Jo", confirmed_how="call")
    assert the_update(story, number).buttons == [ids.PRESS_EDIT_UPDATE]
    story.act("dana", ids.PRESS_CLOSE, number, summary="Fine.")
    assert the_update(story, number).buttons == []
    old = story.post_as_bot(number, actions(button("Edit", ids.PRESS_EDIT_UPDATE, f"{number}:1")))
    story.press("ana", ids.PRESS_EDIT_UPDATE, on=old)
    assert "It's closed" in story.form("ana").all_text


def test_an_edit_before_the_message_arrives_is_in_it(story: Story) -> None:
    number = story.declare(level="sev2", at="Fri 2026-03-06 10:00")
    story.press("ana", ids.PRESS_UPDATE, on=story.card(number))
    story.control.post("faults", kind="error", method="chat.postMessage", error="service_unavailable", times=1)
    story.submit("ana", **WORDS)
    story.menu("ana", "update", number, customer_text="We found the cause.")
    story.forward(minutes=2)
    found = [seen for seen in story.messages(number) if ":memo: Update by" in seen.text]
    assert len(found) == 1
    assert "We found the cause." in found[0].all_text


def test_a_deleted_message_is_posted_again_when_its_update_is_edited(story: Story) -> None:
    number = posted(story)
    message = the_update(story, number)
    story.control.post("member", user=USERS["maria"], is_admin=True)
    story.by_hand("join", "maria", channel=message.raw["channel"])
    story.by_hand("delete", "maria", channel=message.raw["channel"], ts=message.ts)
    story.menu("ana", "update", number, customer_text="We found the cause.")
    assert "We found the cause." in the_update(story, number).all_text


def test_the_export_has_the_words_as_they_are_and_as_they_were(story: Story) -> None:
    number = posted(story)
    story.forward(minutes=5)
    edit(story, "dana", number, customer_text="We found the cause.")
    batch = next(iter(story.program.services.export.batches()))
    (record,) = batch.records
    (update,) = record.updates
    assert (update.customer_text, update.edited_by) == ("We found the cause.", "U01DANA")
    assert update.edited_at == update.at + timedelta(minutes=5)
    (entry,) = (entry for entry in record.timeline if entry.event == "update edited")
    assert entry.before == {"customer_text": "We found the couse."}
    assert entry.after == {"customer_text": "We found the cause."}
