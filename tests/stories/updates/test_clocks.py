"""Clocks, reminders and pages: the promises made to the customer are kept, or somebody is notified."""

import pytest

from bot.views.kit import ids
from tests.support.story import Story, moment


@pytest.mark.both_databases
def test_level_one_pages_the_fix_owner_at_once_and_again_until_answered(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 15:00")
    assert len(story.pages("dana")) == 1
    story.forward(minutes=5)
    assert len(story.pages("dana")) == 2
    page = story.direct("dana")[-1]
    story.press("dana", ids.PRESS_ACKNOWLEDGE_PAGE, on=page)
    assert story.facts(number).acknowledged_by == "U01DANA"
    story.forward(minutes=20)
    assert len(story.pages("dana")) == 2
    assert "Handled: acknowledged by <@U01DANA>" in story.direct("dana")[-1].all_text


def test_an_unacknowledged_escalation_pages_the_manager_when_its_time_is_up(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 15:00")
    story.forward(minutes=14)
    assert story.pages("maria") == []
    story.forward(minutes=1)
    assert len(story.pages("maria")) == 1
    assert "wasn't acknowledged in time" in story.pages("maria")[0]
    assert any("ESC-1 (Acme) wasn't acknowledged in time" in said for said in story.said(number))
    story.forward(minutes=1)
    assert sum("ESC-1 (Acme) wasn't acknowledged in time" in said for said in story.said(number)) == 1


def test_a_page_nobody_answers_climbs_the_ladder(story: Story) -> None:
    story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 15:00")
    story.forward(minutes=29)
    assert len(story.pages("dana")) == 6
    assert story.pages("ana") == []
    story.forward(minutes=1)
    assert "<@U01DANA> hasn't responded. Can you take this Sev 1?" in story.pages("ana")[0]
    # The manager was paged for the breach, so the ladder goes on to the next one.
    assert story.pages("omar") == []
    story.forward(minutes=30)
    assert "hasn't responded. Can you take this Sev 1?" in story.pages("omar")[0]


def test_a_manager_who_acknowledges_does_not_become_the_fix_owner(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1")
    story.press("maria", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    assert story.facts(number).holder("fix_owner") == "U01DANA"
    assert story.facts(number).acknowledged_by == "U01MARIA"


def test_a_manager_who_answers_the_page_for_the_missed_response_acknowledges(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 15:00")
    story.forward(minutes=15)
    page = next(message for message in story.direct("maria") if ids.PRESS_ACKNOWLEDGE_PAGE in message.buttons)
    story.press("maria", ids.PRESS_ACKNOWLEDGE_PAGE, on=page)
    assert story.facts(number).acknowledged_by == "U01MARIA"
    assert "<@U01MARIA> acknowledged." in story.last(number).text
    assert any(ids.PRESS_TAKE_OVER in message.buttons for message in story.direct("maria")), "asked, however late"
    assert "wasn't acknowledged in time" not in " ".join(story.said(number))
    handled = story.find(number, "ESC-1 (Acme): acknowledged by <@U01MARIA>.")
    assert handled.buttons == []
    rings = len(story.pages("dana"))
    story.forward(minutes=10)
    assert (len(story.pages("maria")), len(story.pages("dana"))) == (1, rings)


def test_one_warning_comes_directly_when_four_fifths_of_the_time_are_gone(story: Story) -> None:
    number = story.declare(account="Acme", level="sev2", at="Fri 2026-03-06 10:00")
    story.forward(minutes=47)
    assert story.direct("dana") == []
    story.forward(minutes=1)
    warning = story.direct("dana")[-1]
    assert "Acknowledge ESC-1 (Acme, <#" in warning.text
    assert warning.buttons == [ids.PRESS_ACKNOWLEDGE]
    assert not any(":hourglass" in said for said in story.said(number))
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=warning)
    assert story.direct("dana") == [], "a warning that doesn't apply any more is gone"


def test_warnings_of_a_business_clock_count_its_working_time(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 17:00")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    # Five business days from Friday 17:00 are 45 working hours; four fifths of them are 36: Thursday 17:00.
    story.skip_to("Thu 2026-03-12 16:59")
    assert not any(f"Resolution of ESC-{number}" in message.text for message in story.direct("dana"))
    story.skip_to("Thu 2026-03-12 17:00")
    assert sum(f"Resolution of ESC-{number}" in message.text for message in story.direct("dana")) == 1


def test_a_missed_update_is_posted_in_the_channel_then_sent_directly_then_pages_the_manager(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 15:00")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.forward(minutes=30)
    assert story.last(number).text.startswith(":bell: <@U01ANA>, <@U01DANA>, the update for Acme was due <!date^")
    assert story.direct("ana") == []
    story.forward(minutes=5)
    assert "Customer update for ESC-1 (Acme, <#" in story.direct("ana")[-1].text
    assert "Internal update for ESC-1 (Acme, <#" in story.direct("dana")[-1].text
    assert story.pages("maria") == []
    story.forward(minutes=10)
    assert len(story.pages("maria")) == 1
    assert "An update for ESC-1 (Acme) is overdue" in story.pages("maria")[0]
    story.forward(minutes=5)
    assert len(story.pages("maria")) == 2

    story.press("ana", ids.PRESS_UPDATE, on=story.card(number))
    assert "Customer update overdue since <!date^" in story.form("ana").all_text
    story.close_form("ana")
    story.act("ana", ids.PRESS_UPDATE, number, known="A bad deploy.", customer_text="We have found the cause.")
    story.forward(minutes=10)
    assert len(story.pages("maria")) == 2
    assert "Handled: the update was posted." in story.direct("maria")[-1].all_text


def test_an_update_is_a_promise_within_the_cadence(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 15:00")
    too_late = int(moment("Fri 2026-03-06 18:00").timestamp())
    answer = story.act("ana", ids.PRESS_UPDATE, number, known="x", customer_text="y", next_at=too_late)
    assert "by 6 Mar 3:30 PM EST" in answer["errors"]["next_at"]
    answer = story.submit("ana", next_at=int(moment("Fri 2026-03-06 14:00").timestamp()))
    assert answer["errors"]["next_at"] == "Choose a time in the future."
    answer = story.act("dana", ids.PRESS_UPDATE, number, known="x", customer_text="y", next_at=too_late)
    assert "by 6 Mar 9:30 PM CET" in answer["errors"]["next_at"], "Dana is in Berlin"
    assert "Filled in with the latest time allowed." in str(story.form("dana").raw), "one time is said once"
    story.fill("dana", next_at=int(moment("Fri 2026-03-06 15:10").timestamp()))
    story.choose("dana", ids.PICK_TEMPLATE, "investigating")
    assert "No later than 6 Mar 9:30 PM CET." in str(story.form("dana").raw)
    story.close_form("dana")
    answer = story.submit("ana", next_at=int(moment("Fri 2026-03-06 15:20").timestamp()))
    assert answer["result"] == "closed"
    assert story.facts(number).customer_update_due_at == moment("Fri 2026-03-06 15:20")


def test_an_internal_update_leaves_the_customers_clock_alone(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 15:00")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.forward(minutes=10)
    story.act("dana", ids.PRESS_UPDATE, number, known="Looking at the queue.", customer_text="")
    facts = story.facts(number)
    assert facts.customer_update_due_at == moment("Fri 2026-03-06 15:30")
    assert facts.internal_update_due_at == moment("Fri 2026-03-06 15:40")
    story.forward(minutes=20)
    assert story.last(number).text.startswith(":bell: <@U01ANA>, the customer update for Acme was due <!date^")


@pytest.mark.both_databases
def test_the_one_reminder_in_the_channel_has_all_that_is_owed_also_when_due_at_different_times(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 15:00")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.forward(minutes=1)
    story.act("dana", ids.PRESS_UPDATE, number, known="Looking at the queue.", customer_text="")
    # The customer's update is due at 3:30 PM, the internal one a minute later, and so each half hour.
    story.skip_to("Sat 2026-03-07 14:45")
    story.forward_to("Sat 2026-03-07 15:02")
    (reminder,) = [said for said in story.said(number) if said.startswith(":bell:")]
    customer, internal = reminder.split(". ", 1)
    assert customer.startswith(":bell: <@U01ANA>, the customer update for Acme has been overdue since <!date^")
    assert customer.endswith("3:30 PM EST>: 48 missed")
    assert internal.startswith("<@U01DANA>, the internal one since <!date^"), internal
    assert "3:31 PM EST>: 48 missed." in internal

    story.act("dana", ids.PRESS_UPDATE, number, known="A lock.", customer_text="")
    (reminder,) = [said for said in story.said(number) if said.startswith(":bell:")]
    assert "internal" not in reminder, "what was posted isn't asked for any more"
    assert "<@U01ANA>, the customer update for Acme has been overdue since <!date^" in reminder
    assert not [one for one in story.direct("dana") if "update for" in one.text]
    story.act("ana", ids.PRESS_UPDATE, number, known="A lock.", customer_text="We have found the cause.")
    assert not [said for said in story.said(number) if said.startswith(":bell:")]


def test_who_owes_both_updates_has_both_in_one_direct_message(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 15:00")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.hand_over("ana", number, role="relationship_owner", person="U01DANA")
    story.forward(minutes=1)
    story.act("dana", ids.PRESS_UPDATE, number, known="Looking at the queue.", customer_text="")
    story.forward_to("Fri 2026-03-06 15:36")
    (mine,) = [one.text for one in story.direct("dana") if "update for" in one.text]
    assert "Customer update for ESC-1 (Acme, <#" in mine
    assert " The internal one since <!date^" in mine
    (reminder,) = [said for said in story.said(number) if said.startswith(":bell:")]
    assert reminder.startswith(":bell: <@U01DANA>, the customer update for Acme was due <!date^")
    assert " The internal one was due <!date^" in reminder


def test_a_first_update_to_the_customer_counts_as_acknowledging(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1")
    story.act("ana", ids.PRESS_UPDATE, number, known="We're on it.", customer_text="We're on it.")
    assert story.facts(number).acknowledged_by == "U01ANA"


def test_still_investigating_is_ready_to_send(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 15:00")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.forward(minutes=30)
    story.press("ana", ids.PRESS_STILL, on=story.last(number))
    assert story.submit("ana")["result"] == "closed"
    assert "Still investigating" in story.last(number).text
    assert "We'll write again by 03/06, 4:00 PM EST." in story.last(number).all_text
    assert story.facts(number).customer_update_due_at == moment("Fri 2026-03-06 16:00")


def test_a_daily_cadence_reminds_after_business_hours(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 16:00")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.forward_to("Mon 2026-03-09 15:59")
    assert not any("the update for Acme was due <!date^" in said for said in story.said(number))
    story.forward_to("Mon 2026-03-09 16:00")
    assert any("the update for Acme was due <!date^" in said for said in story.said(number))
    story.forward_to("Mon 2026-03-09 17:00")
    assert "has been overdue since" in story.direct("ana")[-1].text
    story.forward_to("Tue 2026-03-10 10:59")
    assert story.pages("maria") == []
    story.forward_to("Tue 2026-03-10 11:00")
    assert len(story.pages("maria")) == 1


def test_a_breached_resolution_pages_the_manager_once_and_names_what_is_next(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    story.act("ana", ids.PRESS_UPDATE, number, known="On it.", customer_text="On it.")
    for _ in range(8):
        story.forward(minutes=29)
        story.act("ana", ids.PRESS_UPDATE, number, known="On it.", customer_text="On it.")
    story.forward_to("Fri 2026-03-06 14:00")
    assert sum("missed its resolution target" in said for said in story.said(number)) == 1
    breach = next(message for message in story.messages(number) if "missed its resolution target" in message.text)
    assert "We paged <@U01MARIA>." in breach.all_text
    assert any("missed its resolution target" in page for page in story.pages("maria"))
    story.forward(minutes=12)
    story.act("dana", ids.PRESS_MITIGATE, number)
    assert story.find(number, "ESC-1 (Acme): impact stopped, 12 min late.").buttons == []
    assert not any("missed its resolution target" in said for said in story.said(number))
    pages = len(story.pages("maria"))
    story.forward(minutes=20)
    assert len(story.pages("maria")) == pages


@pytest.mark.both_databases
def test_a_change_of_level_moves_clocks_and_people(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    assert story.members(number) == {"dana", "ana", "noor"}
    answer = story.menu("noor", "level", number) if story.has_form("noor") else {}
    story.forward(minutes=30)
    answer = story.menu("maria", "level", number, level="sev1", reason="It is a launch day.")
    assert answer["result"] == "closed"
    facts = story.facts(number)
    assert facts.level == "sev1"
    assert story.members(number) == {"dana", "ana", "noor", "maria"}
    assert len(story.pages("dana")) == 1
    assert "<@U01MARIA> changed severity from Sev 3 to *Sev 1*: It is a launch day." in story.last(number).text
    # Thirty minutes have passed of fifteen: the new target counts from the change.
    assert facts.response.counted_from == moment("Fri 2026-03-06 10:30")
    assert facts.customer_update_due_at == moment("Fri 2026-03-06 11:00")
    assert story.channel(number)["topic"] == (
        "Sev 1 · Unacknowledged · acknowledge by 6 Mar 10:45 AM EST · ESC-1 · Acme: Exports are down"
    )


@pytest.mark.both_databases
def test_nothing_is_lost_or_said_twice_by_a_restart(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 15:00")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    for _ in range(6):
        story.restart()
        story.forward(minutes=5)
    story.restart()
    assert sum("the update for Acme was due <!date^" in said for said in story.said(number)) == 1


@pytest.mark.both_databases
def test_after_an_outage_reminders_collapse_and_pages_are_marked_late(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 15:00")
    story.outage(hours=3)
    said = story.said(number)
    assert sum("the update for Acme" in text for text in said) == 1
    reminder = next(text for text in said if "the update for Acme" in text)
    assert ": 6 missed." in reminder
    assert "6 of 6 updates missed" in story.card(number).all_text, "the card and the reminder count alike"
    assert "Delayed 2 h 30 min." in reminder
    assert not any(":hourglass" in message.text for who in ("dana", "ana") for message in story.direct(who))
    assert sum("wasn't acknowledged in time" in text for text in said) == 1
    assert any("Delayed 2 h 45 min." in page for page in story.pages("maria"))


@pytest.mark.both_databases
def test_two_processes_fire_each_timer_once(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 15:00")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.others.append(story.program)
    second = story.join_by_another()
    story.forward(minutes=30)
    story.program = second
    story.settle()
    assert sum("the update for Acme was due <!date^" in said for said in story.said(number)) == 1
