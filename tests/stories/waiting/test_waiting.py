"""Waiting on the customer pauses what the policy lets pause; a customer who follows up hears soon."""

from pathlib import Path

import pytest

from bot.models.account import Account
from bot.models.escalation import Escalation
from bot.policy.record.sla import ClockState, due_at, state
from bot.views.kit import ids
from tests.support.story import Story, moment

REASON = "Their logs of last night"


def waiting(story: Story, number: int, who: str = "ana") -> None:
    assert story.menu(who, "wait", number, reason=REASON)["result"] == "closed"


def resolution(story: Story, number: int) -> tuple[ClockState, object]:
    facts, policy = story.program.services.escalations.one(number, viewer="U01ANA")
    found = state(facts.resolution, policy.calendars, story.clock.at)
    return found, due_at(facts.resolution, policy.calendars)


@pytest.mark.both_databases
def test_the_resolution_clock_stands_still_until_the_next_update(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    story.forward(minutes=15)
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    assert resolution(story, number) == (ClockState.RUNNING, moment("Fri 2026-03-06 14:00"))
    waiting(story, number)
    card = story.card(number).all_text
    assert "*Waiting on the customer*" in card
    assert REASON in card
    assert "Paused, 15 min used" in card
    said = story.find(number, "is waiting on the customer").all_text
    assert f"{REASON}. The resolution clock pauses." in said
    for words in (
        story.home("dana"),
        str(story.command("omar", "list")["ack"]),
        str(story.command("omar", "find acme")["ack"]),
    ):
        assert "Acknowledged · waiting on the customer · " in words
    story.skip(hours=2)
    assert resolution(story, number) == (ClockState.PAUSED, None)
    assert not [said for said in story.said(number) if "wasn't resolved" in said]
    next_at = int(moment("Fri 2026-03-06 12:45").timestamp())
    story.act("ana", ids.PRESS_UPDATE, number, known="x", customer_text="Thanks for the logs.", next_at=next_at)
    assert story.facts(number).waiting is None
    assert resolution(story, number) == (ClockState.RUNNING, moment("Fri 2026-03-06 16:00"))
    assert "waiting on the customer" not in f"{story.card(number).all_text} {story.home('dana')}".lower()


def test_an_internal_update_does_not_end_it_and_the_button_does(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    waiting(story, number)
    story.act("dana", ids.PRESS_UPDATE, number, known="Nothing yet.", customer_text="")
    assert story.facts(number).waiting is not None
    message = story.find(number, "is waiting on the customer")
    story.press_together(("noor", "noor"), ids.PRESS_RESUME, on=message)
    assert story.facts(number).waiting is None
    assert story.find(number, "waited on the customer").buttons == []
    assert any("<@U01NOOR> stopped waiting on the customer." in said for said in story.said(number))
    assert any("doesn't wait on the customer any more" in seen.text for seen in story.messages(number, "noor"))
    story.more("ana", "wait", number)
    assert "What do they have to do?" in story.form("ana").all_text


def test_the_customer_owner_is_reminded_and_the_limit_ends_it(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    waiting(story, number)
    story.skip_to("Mon 2026-03-09 10:00")
    (reminder,) = [seen for seen in story.direct("ana") if "has waited on the customer since" in seen.text]
    assert reminder.buttons == [ids.PRESS_RESUME]
    story.skip_to("Tue 2026-03-10 10:00")
    assert story.facts(number).waiting is None
    assert any("The customer hasn't answered, so we stopped waiting. <@U01ANA>" in said for said in story.said(number))
    assert not [seen for seen in story.direct("ana") if "has waited on the customer since" in seen.text]
    # Five business days of resolution, and two of them waited.
    assert resolution(story, number) == (ClockState.RUNNING, moment("Tue 2026-03-17 10:00"))


@pytest.mark.both_databases
def test_two_who_wait_at_once_wait_once(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    story.more("ana", "wait", number)
    story.more("noor", "wait", number)
    assert story.submit("ana", reason=REASON)["result"] == "closed"
    answer = story.submit("noor", reason="The same")
    assert "already noted that it's waiting" in str(answer)
    assert story.facts(number).waiting is not None
    assert story.facts(number).waiting.by == "U01ANA"  # type: ignore[union-attr]


def test_a_change_of_level_while_waiting_keeps_the_pause(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    waiting(story, number)
    story.forward(hours=1)
    story.menu("maria", "level", number, level="sev1", reason="It spreads.")
    assert resolution(story, number) == (ClockState.PAUSED, None)
    story.forward(hours=1)
    story.menu("ana", "wait", number)
    assert story.facts(number).waiting is None
    assert resolution(story, number) == (ClockState.RUNNING, moment("Fri 2026-03-06 16:00"))


def test_stopping_the_impact_ends_it_and_counts_only_our_time(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    story.forward(minutes=10)
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    waiting(story, number)
    story.skip(hours=5)
    story.act("dana", ids.PRESS_MITIGATE, number, note="Rolled back.")
    assert resolution(story, number)[0] is ClockState.MET
    assert "Impact stopped in 10 min" in story.card(number).all_text


def test_a_policy_may_pause_updates_too(story: Story, tmp_path: Path) -> None:
    policy = tmp_path / "own.yml"
    policy.write_text("extends: sev\nname: own\nwaiting_on_customer: {pauses: [customer_updates], limit: 1bd}\n")
    story.restart(policy=str(policy))
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    waiting(story, number)
    facts = story.facts(number)
    assert (facts.customer_update_due_at, facts.internal_update_due_at is None) == (None, False)
    assert "Customer updates pause." in story.find(number, "is waiting on the customer").all_text
    story.forward(minutes=5)
    story.press("ana", ids.PRESS_RESUME, on=story.find(number, "is waiting on the customer"))
    assert story.facts(number).customer_update_due_at == moment("Fri 2026-03-06 10:35")


def test_a_customer_who_follows_up_hears_soon_and_their_owner_is_told(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    assert story.menu("noor", "followed", number, said="Any <news>?")["result"] == "closed"
    assert story.facts(number).customer_update_due_at == moment("Fri 2026-03-06 11:00")
    (told,) = [seen for seen in story.direct("ana") if "followed up" in seen.text]
    assert "&lt;news&gt;" in told.text
    assert told.buttons == [ids.PRESS_UPDATE]
    assert "<@U01ANA>, their update is due" in story.find(number, "The customer followed up, noted by").all_text
    story.skip_to("Fri 2026-03-06 11:00")
    assert "the customer update for Acme was due" in story.last(number).text
    (told,) = [seen for seen in story.direct("ana") if "followed up" in seen.text]
    assert "Their update is overdue since" in told.all_text
    assert "their update is due" not in story.find(number, "The customer followed up, noted by").all_text
    story.skip(minutes=2)
    for who, tells in (("noor", True), ("ana", False)):
        story.more(who, "followed", number)
        form = story.form(who).all_text
        assert "Their update is overdue since" in form
        assert ("We tell the customer owner." in form) is tells
    story.submit("noor")
    assert "Their update is overdue since" in story.direct("ana")[-1].all_text
    assert [said for said in story.said(number) if "followed up" in said][-1].endswith("<@U01NOOR>.")


def test_the_shortcut_on_a_message_of_the_channel_quotes_it(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    waiting(story, number)
    channel = story.facts(number).channel_id
    said = story.by_hand("message", "ana", channel=channel, text="They write: is it fixed?")
    story.shortcut("noor", ids.SHORTCUT_FOLLOWED_UP, channel=channel, ts=said["ts"])
    assert "They write: is it fixed?" in str(story.form("noor").raw)
    assert story.submit("noor")["result"] == "closed"
    assert story.facts(number).waiting is None
    assert "/archives/" in story.find(number, "The customer followed up, noted by").text


def test_elsewhere_the_shortcut_keeps_the_message_and_knows_the_customer_by_their_channel(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    said = story.by_hand("message", "noor", channel="general", text="Acme asks: any news?")
    story.shortcut("noor", ids.SHORTCUT_FOLLOWED_UP, channel="general", ts=said["ts"])
    assert story.submit("noor", escalation=str(number))["result"] == "updated"
    assert "Acme asks: any news?" in str(story.form("noor").raw)
    story.close_form("noor")
    with story.program.services.database.transaction() as tx:
        account = tx.session.get_one(Account, tx.session.get_one(Escalation, number).account_id)
        account.slack_channel = "C01GENERAL"
    story.shortcut("noor", ids.SHORTCUT_FOLLOWED_UP, channel="general", ts=said["ts"])
    assert "Acme asks: any news?" in str(story.form("noor").raw), "it has one open escalation"
    assert story.submit("noor")["result"] == "closed"
    assert "Acme asks: any news?" in story.find(number, "The customer followed up, noted by").all_text


def test_a_follow_up_after_the_resolution_owes_nothing_but_tells(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Rolled back.", confirmed_by="Jo Li", confirmed_how="call")
    story.menu("noor", "followed", number)
    assert story.facts(number).customer_update_due_at is None
    assert "answer them, or reopen it" in story.find(number, "The customer followed up, noted by").text


def test_what_a_severity_has_no_clock_for_neither_pauses_nor_stops(story: Story) -> None:
    number = story.declare(account="Acme", level="sev4")
    waiting(story, number)
    said = story.find(number, "is waiting on the customer").all_text
    assert "pause" not in said
    story.command("dana", f"mitigate ESC-{number}")
    assert "resolution clock" not in story.form("dana").all_text
    story.submit("dana", note="A restart")
    assert "clock" not in story.find(number, "Impact stopped").text
