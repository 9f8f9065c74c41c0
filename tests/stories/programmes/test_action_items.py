"""Action items of a programme: entered with owner and date, counted on the card, and followed until they are done."""

from datetime import date
from typing import Any

import pytest

from bot.policy.record.escalation import Status
from bot.views.kit import ids
from bot.views.kit.text import day
from tests.stories.programmes.proposing import accepted
from tests.stories.programmes.test_programmes import CONFIRMED, REVIEWED
from tests.support.story import USERS, Story

DUE = "2026-03-10"
SPLIT = {"item": "Split the queue", "item_owner": USERS["eli"], "item_due": DUE, "criterion": "No outage for a month"}


def add(story: Story, who: str, number: int, **said: Any) -> dict[str, Any]:
    story.press(who, ids.PRESS_PLAN, on=story.card(number))
    story.press_in_form(who, ids.PRESS_ADD_ITEM)
    given = {**SPLIT, **said}
    return story.submit(who, **{name: value for name, value in given.items() if value is not None})


def change(story: Story, who: str, number: int, which: int, **said: Any) -> dict[str, Any]:
    story.press(who, ids.PRESS_PLAN, on=story.card(number))
    pressed = {"surface": "modal", "action_id": ids.PRESS_ITEM, "block_id": f"item-{which}"}
    story.control.post("press", user=USERS[who], **pressed)
    story.settle()
    return story.submit(who, **said)


def late(story: Story, who: str) -> list[str]:
    return [message.all_text for message in story.direct(who) if message.text.startswith(":pushpin:")]


def test_an_item_has_an_owner_and_a_date_and_is_counted_on_the_card(story: Story) -> None:
    number = accepted(story)
    story.press("ana", ids.PRESS_PLAN, on=story.card(number))
    story.press_in_form("ana", ids.PRESS_ADD_ITEM)
    wrong = story.submit("ana", item="Split the queue")["errors"]
    assert set(wrong) == {"item_owner", "item_due"}
    assert story.submit("ana", item_owner=USERS["eli"], item_due=DUE)["result"] != "errors"
    # The plan below shows it, and another one can follow.
    assert "Split the queue" in story.form("ana").all_text
    said = story.find(number, "added an action item")
    due = day(date(2026, 3, 10))
    assert said.text == f":pushpin: <@U01ANA> added an action item: Split the queue. <@U01ELI> owns it, by {due}."
    assert "*Action items:* 0 of 1 done · next by " in story.card(number).all_text
    assert "U01ELI" in {USERS[name] for name in story.members(number)}
    change(story, "eli", number, 1, item_state="done")
    said = story.find(number, "finished an action item")
    assert said.text == ":white_check_mark: <@U01ELI> finished an action item: Split the queue."
    assert "*Action items:* 1 of 1 done" in story.card(number).all_text


def test_each_item_aims_at_one_of_the_success_criteria(story: Story) -> None:
    number = accepted(story, success_criteria="- No outage for a month\n- Exports within a minute")
    assert set(add(story, "ana", number, criterion=None)["errors"]) == {"criterion"}
    assert story.submit("ana", criterion="Exports within a minute")["result"] != "errors"
    story.close_form("ana")
    change(story, "ana", number, 1, item="Split the queue in two")
    (row,) = exported(story)["action_items"]
    assert (row["criterion"], row["what"]) == ("Exports within a minute", "Split the queue in two")


def test_an_item_is_dropped_with_a_reason_only(story: Story) -> None:
    number = accepted(story)
    add(story, "ana", number)
    story.close_form("ana")
    assert change(story, "ana", number, 1, item_state="dropped")["errors"] == {"reason": "Enter why it's dropped."}
    story.submit("ana", reason="The queue goes away")
    said = story.find(number, "dropped an action item")
    assert said.text == ":no_entry_sign: <@U01ANA> dropped an action item: Split the queue."
    assert "The queue goes away" in said.all_text
    assert "Action items" not in story.card(number).all_text
    (row,) = exported(story)["action_items"]
    assert (row["state"], row["reason"]) == ("dropped", "The queue goes away")
    events = [entry.event for entry in record(story).timeline if entry.event.startswith("action item")]
    assert events == ["action item added", "action item changed"]


@pytest.mark.both_databases
def test_an_overdue_item_reminds_the_owner_then_the_manager_each_business_day_until_it_is_done(story: Story) -> None:
    number = accepted(story)
    add(story, "ana", number, item_due="2026-03-06")
    story.close_form("ana")
    add(story, "ana", number, item="Write to the board", item_owner=USERS["ana"], item_due="2026-03-06")
    story.close_form("ana")
    story.skip_to("Fri 2026-03-06 19:00")
    assert not late(story, "eli"), "the day isn't over for who works late"
    story.skip_to("Mon 2026-03-09 09:00")
    assert len(late(story, "eli")) == len(late(story, "ana")) == 1
    assert "Split the queue: you, by" in late(story, "eli")[0]
    assert not late(story, "maria")
    assert "2 overdue" in story.card(number).all_text
    story.skip_to("Tue 2026-03-10 09:00")
    assert len(late(story, "eli")) == 1, "the new one takes the place of the one before"
    (told,) = late(story, "maria")
    assert "2 action items" in told
    change(story, "eli", number, 1, item_state="done")
    assert not late(story, "eli")
    (told,) = late(story, "maria")
    assert "An action item of ESC-1" in told
    assert "Split the queue" not in told
    change(story, "ana", number, 2, item_due="2026-03-11")
    story.skip_to("Wed 2026-03-11 12:00")
    assert len(late(story, "maria")) == 1
    change(story, "ana", number, 2, item_state="done")
    assert not late(story, "maria")
    story.skip_to("Mon 2026-03-16 12:00")
    assert not [text for who in ("eli", "ana", "maria") for text in late(story, who)]


def test_home_and_the_managers_digest_show_what_is_late_and_home_leads_to_it(story: Story) -> None:
    number = accepted(story)
    add(story, "ana", number, item_due="2026-03-06")
    story.close_form("ana")
    assert SPLIT["item"] not in story.home("eli")
    story.skip_to("Sun 2026-03-08 12:00")
    story.skip_to("Mon 2026-03-09 09:30")
    home = story.home("eli")
    assert home.index("Needs you") < home.index(SPLIT["item"])
    assert SPLIT["item"] not in story.home("omar")
    (digest,) = [message for message in story.direct("maria") if "Your team" in message.text]
    assert f"1 action item overdue: Split the queue (ESC-{number}, <@U01ELI>)." in digest.markup
    story.control.post("press", user=USERS["eli"], surface="home", action_id=ids.PRESS_ITEM)
    story.settle()
    assert story.submit("eli", item_state="done")["result"] == "closed"
    assert SPLIT["item"] not in story.home("eli")


def test_who_stands_in_for_an_owner_who_is_away_is_reminded(story: Story) -> None:
    number = accepted(story)
    add(story, "ana", number, item_due="2026-03-06")
    story.command("eli", "away until wednesday")
    story.submit("eli", stand_in=USERS["dana"])
    story.skip_to("Mon 2026-03-09 09:00")
    assert not late(story, "eli")
    assert len(late(story, "dana")) == 1


@pytest.mark.both_databases
def test_the_items_of_an_owner_who_leaves_pass_to_the_manager(story: Story) -> None:
    number = accepted(story)
    add(story, "ana", number)
    story.by_hand("member", "eli", deleted=True)
    said = story.find(number, "owns their action item")
    assert said.text == ":pushpin: <@U01ELI> can't act here any more. <@U01MARIA> owns their action item now."
    assert exported(story)["action_items"][0]["owner"] == USERS["maria"]


def test_a_guest_a_stranger_and_a_day_that_has_passed_are_refused(story: Story) -> None:
    number = accepted(story, confidential=["confidential"])
    answer = add(story, "ana", number, item_owner=USERS["omar"])
    assert "Bring them in first" in answer["errors"]["item_owner"]
    answer = story.submit("ana", item_owner=USERS["noor"], item_due="2026-03-05")
    assert answer["errors"] == {"item_due": "That day has passed. Choose a later one."}
    assert story.submit("ana", item_due=DUE)["result"] != "errors"


def test_closing_lists_unfinished_items_and_what_success_means_with_what_clears_them(story: Story) -> None:
    number = accepted(story)
    add(story, "ana", number)
    story.close_form("ana")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Queue split.", **CONFIRMED, **REVIEWED)
    story.press("dana", ids.PRESS_CLOSE, on=story.card(number))
    form = story.form("dana").all_text
    assert ":white_large_square: 1 action item unfinished" in form
    assert ":white_large_square: Success criteria met: No outage for a month" in form
    said = {"summary": "Stable.", "finished_on": "2026-03-06", "stakeholders": "Sam", "success_criteria": "A month"}
    assert "Action items are unfinished." in str(story.submit("dana", **said))
    story.close_form("dana")
    story.press("dana", ids.PRESS_CLOSE, on=story.card(number))
    story.fill("dana", summary="Stable, all of it.")
    story.press_in_form("dana", f"{ids.PRESS_CLEAR}plan")
    story.press_in_form("dana", ids.PRESS_ITEM)
    story.submit("dana", item_state="done")
    story.submit("dana")
    assert "unfinished" not in story.form("dana").all_text
    answer = story.submit("dana", **{name: words for name, words in said.items() if name != "summary"})
    assert answer["result"] != "errors", answer
    assert story.facts(number).status is Status.CLOSED
    assert "Stable, all of it." in story.find(number, "closed by").all_text


def record(story: Story) -> Any:
    return next(batch for batch in story.program.services.export.batches()).records[0]


def exported(story: Story) -> Any:
    return record(story).tables
