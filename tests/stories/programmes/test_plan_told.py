"""The plan of a programme: the cause asked before it, the customer's agreement, and what they are told of it."""

import re
from typing import Any

from bot.views.kit import ids
from tests.stories.programmes.proposing import accepted
from tests.stories.programmes.test_action_items import add, change, record
from tests.support.person import Seen
from tests.support.story import USERS, Story

PLAN = {"plan": "Split the queue", "plan_due": "2026-03-27"}


def plan(story: Story, number: int, **said: Any) -> dict[str, Any]:
    answer: dict[str, Any] = story.act("ana", ids.PRESS_PLAN, number, **{**PLAN, **said})
    return answer


def events(story: Story, *words: str) -> list[str]:
    return [entry.event for entry in record(story).timeline if any(word in entry.event for word in words)]


def tell(story: Story, on: Seen) -> str:
    """Open the text that a message offers, and return it."""
    story.press("ana", ids.PRESS_TELL_PLAN, on=on)
    return str(story.form("ana").question("customer_text")["element"]["initial_value"])


def send(story: Story, text: str) -> None:
    answer = story.submit("ana", customer_text=ready(text))
    assert answer["result"] == "closed", answer


def ready(text: str) -> str:
    """Put our words into the customer's, and fill in the rest."""
    return re.sub(r"\[[^\]]*\]", "Eli", re.sub(r"\[check: ([^\]]*)\]", r"\1", text))


def test_the_plan_asks_for_the_cause_or_who_looks_for_it(story: Story) -> None:
    number = accepted(story)
    story.press("ana", ids.PRESS_PLAN, on=story.card(number))
    assert story.form("ana").question("plan_looks")["element"]["initial_user"] == USERS["dana"]
    assert story.submit("ana", **PLAN, plan_looks=None)["errors"] == {
        "plan_cause": "Enter the cause, or choose who looks for it."
    }
    story.submit("ana", plan_looks=USERS["eli"])
    assert "not known yet. <@U01ELI> is looking for it." in story.card(number).all_text
    plan(story, number, plan_cause="One queue for all customers")
    assert "*Cause:* One queue for all customers" in story.card(number).all_text
    assert ":compass: <@U01ANA> named the cause." in story.said(number)
    assert events(story, "cause of") == ["cause of the programme", "cause of the programme"]


def test_the_customers_agreement_to_the_plan_holds_until_it_changes(story: Story) -> None:
    number = accepted(story)
    said = {"plan_customer": "Jo Park, by mail", "plan_agreed_on": "2026-03-06"}
    assert set(plan(story, number, plan_customer="Jo Park, by mail")["errors"]) == {"plan_agreed_on"}
    assert set(story.submit("ana", plan_agreed_on="2026-03-07")["errors"]) == {"plan_agreed_on"}
    assert story.submit("ana", **said)["result"] == "closed"
    assert "Agreed by the customer: Jo Park, by mail" in story.card(number).all_text
    assert "The customer agreed to the plan" in story.find(number, ":handshake: The customer").text
    plan(story, number, plan="Split the queue in three")
    assert "Jo Park, by mail" not in story.card(number).all_text
    assert events(story, "plan agreed", "plan no longer") == ["plan agreed", "plan no longer agreed"]


def test_the_customer_is_told_the_plan_and_then_what_has_changed(story: Story) -> None:
    number = accepted(story)
    add(story, "ana", number)
    story.close_form("ana")
    plan(story, number)
    assert "The customer wasn't told the plan yet." in story.card(number).all_text
    text = tell(story, story.find(number, "wrote the remediation plan"))
    assert "We've agreed that it has worked when: No outage for a month" in text
    assert "- Split the queue, Eli" in text
    send(story, text)
    assert "wasn't told the plan" not in story.card(number).all_text
    # Nothing is sent by itself: a change offers a text that says what it is.
    change(story, "eli", number, 1, item_due="2026-03-13")
    assert ":envelope: 1 change of the plan since the customer was told." in story.card(number).all_text
    text = tell(story, story.find(number, "changed an action item"))
    assert "Split the queue: by 03/13 instead of 03/10" in text
    send(story, text)
    assert ":envelope:" not in story.card(number).all_text
    change(story, "eli", number, 1, item_state="done")
    assert "Done: Split the queue" in tell(story, story.find(number, "finished an action item"))


def test_a_text_that_is_only_a_draft_tells_nothing(story: Story) -> None:
    number = accepted(story)
    plan(story, number)
    text = tell(story, story.find(number, "wrote the remediation plan"))
    story.submit("ana", customer_text=ready(text), way={ids.PICK_WAY: "draft"})
    assert "The customer wasn't told the plan yet." in story.card(number).all_text
