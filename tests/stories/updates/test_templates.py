"""Texts for the customer that the update form offers."""

from typing import Any

from bot.views.kit import ids
from tests.support.story import Story, moment


def words(story: Story, who: str = "ana") -> str:
    """Return what is in the customer's field."""
    found: Any = story.form(who).question("customer_text")["element"].get("initial_value", "")
    return str(found)


def test_the_first_update_opens_with_the_acknowledgement(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", summary="Export is down", at="Fri 2026-03-06 15:00")
    story.press("ana", ids.PRESS_UPDATE, on=story.card(number))
    said = words(story)
    assert "This is how we understand it: [check: Export is down]. We're treating it as Sev 1, our highest" in said
    assert "Your ticket number is ESC-1, and your contact is Ana Ruiz." in said
    assert "Our next update comes by 03/06, 3:30 PM EST. You hear from us every 30 minutes" in said
    assert "Keep in mind: be fast, own it and be honest." in story.form("ana").all_text
    principles = "be fast, own it, be honest, document it, escalate early, follow up and learn"
    assert f"Everyone: {principles}." in str(story.command("omar", "help roles")["ack"])
    refused = story.submit("ana")
    assert refused["errors"]["customer_text"] == (
        "“Export is down” was written for us. Say it in the customer's words, without the brackets, "
        "or empty this field."
    )
    checked = said.replace("[check: Export is down]", "new exports fail")
    assert story.submit("ana", customer_text=checked)["result"] == "closed"
    assert "new exports fail. We're treating it as Sev 1, our highest severity." in story.last(number).all_text


def test_the_form_begins_with_the_customers_text_and_fits_its_budget(story: Story) -> None:
    number = story.declare(account="Acme", level="sev2", category="angry_customer")
    story.press("ana", ids.PRESS_UPDATE, on=story.card(number))
    form = story.form("ana")
    assert form.inputs == ["customer_text", "known", "next_at"]
    kinds = [block["type"] for block in form.raw["blocks"]]
    assert kinds == ["section", "input", "actions", "context", "input", "input"]
    assert form.question("customer_text")["element"]["focus_on_load"] is True
    small = next(block for block in form.raw["blocks"] if block["type"] == "context")
    assert [len(element["text"].splitlines()) <= 3 for element in small["elements"]] == [True]


def test_a_template_is_chosen_in_the_form_and_its_brackets_are_filled_in(story: Story) -> None:
    number = story.declare(account="Acme", level="sev2", at="Fri 2026-03-06 15:00")
    story.press("ana", ids.PRESS_UPDATE, on=story.card(number))
    story.fill("ana", customer_text="Something of my own", known="For us.")
    story.choose("ana", ids.PICK_TEMPLATE, "apology")
    assert words(story).startswith("Hello,\n\nI'm sorry for [what went wrong for you]")
    refused = story.submit("ana")
    assert refused["errors"]["customer_text"] == "Fill in [what went wrong for you] or take it out."
    typed = story.submit("ana", customer_text="We're on it. [What we do now]")
    assert typed["errors"]["customer_text"] == "Fill in [What we do now], or write it without brackets."
    filled = words(story).replace("[what went wrong for you]", "the failed exports")
    assert story.submit("ana", customer_text=filled.replace("[What we're doing about it]. ", ""))["result"] == "closed"
    told = story.last(number).all_text
    assert "I'm sorry for the failed exports" in told
    assert "For us." in told


def test_a_template_that_is_chosen_minutes_later_says_the_time_in_the_form(story: Story) -> None:
    number = story.declare(account="Acme", level="sev2", at="Fri 2026-03-06 15:00")
    story.press("ana", ids.PRESS_UPDATE, on=story.card(number))
    story.forward(minutes=2)
    story.choose("ana", ids.PICK_TEMPLATE, "investigating")
    assert "03/06, 5:00 PM EST" in words(story)
    assert story.submit("ana")["result"] == "closed"


def test_later_updates_begin_empty_and_offer_the_status_first(story: Story) -> None:
    number = story.declare(account="Acme", level="sev2")
    story.act("ana", ids.PRESS_UPDATE, number, customer_text="We're looking into it.", known="On it.")
    story.press("ana", ids.PRESS_UPDATE, on=story.card(number))
    assert words(story) == ""
    story.choose("ana", ids.PICK_TEMPLATE, "status")
    assert words(story).startswith("Update of ")


def test_the_categorys_do_and_dont_stand_where_the_text_is_written(story: Story) -> None:
    number = story.declare(account="Acme", level="sev2", category="angry_customer")
    story.press("ana", ids.PRESS_UPDATE, on=story.card(number))
    assert words(story).startswith("Hello,\n\nI'm sorry. I've read everything you wrote to us")
    number = story.declare(account="Globex", level="sev2", category="legal_compliance")
    story.press("ana", ids.PRESS_UPDATE, on=story.card(number))
    said = story.form("ana").all_text
    assert "Do: " in said
    assert "Don't: Provide legal advice or opinions; Promise outcomes" in said


def test_the_time_in_the_text_is_the_time_that_is_promised(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 15:00")
    story.press("ana", ids.PRESS_UPDATE, on=story.card(number))
    sooner = str(int(moment("Fri 2026-03-06 15:20").timestamp()))
    checked = words(story).replace("[check: Exports are down]", "new exports fail")
    refused = story.submit("ana", customer_text=checked, next_at=sooner)
    assert refused["errors"]["customer_text"] == (
        "This says 03/06, 3:30 PM EST, and the next update is at another time. Correct one."
    )
    corrected = checked.replace("3:30 PM", "3:20 PM")
    assert story.submit("ana", customer_text=corrected, next_at=sooner)["result"] == "closed"
    assert story.facts(number).customer_update_due_at == moment("Fri 2026-03-06 15:20")


def test_a_time_that_someone_wrote_by_hand_is_the_time_of_the_form(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 19:00")
    story.press("ana", ids.PRESS_UPDATE, on=story.card(number))
    at = str(int(moment("Fri 2026-03-06 19:09").timestamp()))
    by_hand = "We found the cause at 6:40 PM. I'll write again by 7:05 PM EST."
    refused = story.submit("ana", customer_text=by_hand, next_at=at)
    assert refused["errors"] == {"next_at": "The text says 7:05 PM, and this is 03/06, 7:09 PM EST. Correct one."}
    assert story.submit("ana", customer_text=by_hand.replace("7:05", "7:09"), next_at=at)["result"] == "closed"
    story.press("ana", ids.PRESS_EDIT_UPDATE, on=story.last(number))
    refused = story.submit("ana", customer_text=by_hand, next_at=at)
    assert list(refused["errors"]) == ["next_at"]
