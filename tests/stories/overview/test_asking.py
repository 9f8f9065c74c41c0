"""Asking: one true answer to "who is escalated?", everywhere, for everybody."""

from datetime import date

import pytest

from bot.services.operator import people_check
from bot.views.kit import ids
from bot.views.kit.text import day
from tests.support.story import Story


def test_list_says_who_is_escalated_the_heaviest_first(story: Story) -> None:
    assert "No open escalations" in str(story.command("omar", "list")["ack"])
    story.declare(account="Acme", level="sev3", summary="Exports are slow")
    story.declare(account="Umbrella", level="sev1", summary="Nobody can log in")
    said = str(story.command("omar", "list")["ack"])
    assert "2 open escalations" in said
    assert said.index("Umbrella") < said.index("Acme")
    assert f"archives/{story.facts(2).channel_id}|ESC-2>" in said


def test_status_knows_accounts_numbers_and_the_channel_it_is_asked_in(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", summary="Exports are slow")
    for asked in ("status ESC-1", "status esc-1", "status 1", "status acme"):
        assert "Exports are slow" in str(story.command("omar", asked)["ack"]), asked
    channel = story.facts(number).channel_id or ""
    assert "Exports are slow" in str(story.command("dana", "status", channel=channel)["ack"])
    assert "There is no ESC-99." in str(story.command("omar", "status ESC-99")["ack"])
    assert "No escalation or account matches" in str(story.command("omar", "status wayne")["ack"])
    assert "No escalations for Globex." in str(story.command("omar", "status globex")["ack"])


def test_help_says_on_one_screen_what_can_be_done_and_the_rest_by_topic(story: Story) -> None:
    story.command("omar", "help")
    first = story.messages("general", "omar")[-1].all_text
    assert "/escalate list" in first
    assert len(first) <= 700
    assert len(first.splitlines()) <= 10
    topics = [word.removeprefix("help ") for word in first.split("`") if word.startswith("help ")]
    said = {topic: str(story.command("omar", f"help {topic}")["ack"]) for topic in topics}
    assert len(set(said.values())) == len(topics) == 7
    assert "Search knowledge base thoroughly" in said["declaring"]
    assert "No context about customer impact" in said["declaring"]
    assert "(unless Sev 1)" in said["declaring"], "in the words of the policy"
    assert all(
        f"{verb}" in said["commands"]
        for verb in (
            "timeline",
            "withdraw",
            "verify",
            "incident",
            "programme",
            "simulate",
            "away",
            "should i",
            "`sev1`",
        )
    )
    assert [topic for topic, text in said.items() if topic != "declaring" and "Critical" in text] == []
    roles = str(story.command("omar", "help roles")["ack"])
    assert "*Customer owner* keeps the customer updated and asks them to confirm the fix." in roles
    assert "*Manager* is paged when something is late, sets another severity and waives confirmations." in roles
    assert "Who: the account's CSM, else the fallback, else the declarer." in roles


def test_commands_do_what_the_buttons_do_from_anywhere(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1")
    assert "You acknowledged ESC-1" in str(story.command("dana", "ack acme")["ack"])
    story.command("ana", "update ESC-1")
    assert story.form("ana").title == "Post update"
    story.close_form("ana")
    channel = story.facts(number).channel_id or ""
    story.command("dana", "mitigate", channel=channel)
    assert story.form("dana").title == "Impact stopped"
    said = str(story.form("dana").raw)
    assert "Saving stops the resolution clock." in said


def test_a_picker_asks_where_nothing_is_implied(story: Story) -> None:
    story.declare(account="Acme", level="sev1")
    story.declare(account="Umbrella", level="sev3")
    story.command("ana", "update")
    assert story.form("ana").title == "Which escalation?"
    answer = story.submit("ana", escalation="1")
    assert answer["result"] == "updated"
    assert story.form("ana").title == "Post update"
    story.command("eli", "ack")
    story.submit("eli", escalation="2")
    assert story.facts(2).acknowledged_by == "U01ELI"


def test_a_sentence_that_begins_with_a_verb_is_declared(story: Story) -> None:
    story.command("noor", "close of business reports are wrong")
    assert story.form("noor").question("summary")["element"]["initial_value"] == "close of business reports are wrong"


def test_a_form_is_refused_with_the_reason_when_it_can_not_be(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3")
    story.command("dana", f"close ESC-{number}")
    assert "It can't be closed now. It's open: resolve it first." in story.form("dana").all_text


def test_the_digest_comes_in_the_managers_own_morning(story: Story) -> None:
    story.declare(account="Acme", level="sev3", summary="Exports are slow", at="Fri 2026-03-06 16:00")
    story.declare(account="Umbrella", level="sev1", summary="Nobody can log in")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(2))
    for who in ("maria", "dana", "ana"):
        story.command(who, "withdraw ESC-2")
        if story.has_form(who):
            story.submit(who, why="mistake", reason="A drill.")
            break
    story.skip_to("Mon 2026-03-09 08:59")
    assert not any("Your team: " in message.text for message in story.direct("maria"))
    story.forward_to("Mon 2026-03-09 09:00")
    digests = [message for message in story.direct("maria") if "Your team: " in message.text]
    assert [message.text for message in digests] == [
        f"Your team: 1 open, 1 due on {day(date(2026, 3, 9))}, 1 unacknowledged"
    ]
    assert "Sev 3 · Acme" in digests[0].all_text
    assert "Unacknowledged · due " in digests[0].all_text
    assert " · <@U01DANA>, <@U01ANA>" in digests[0].all_text
    assert digests[0].buttons == [ids.PICK_DIGEST, ids.PRESS_ASK, ids.PRESS_DIGEST_HOURS]
    story.restart()
    story.forward(hours=1)
    assert sum("Your team: " in message.text for message in story.direct("maria")) == 1
    # Omar manages Maria, so he reads it as well, in his own morning in Los Angeles.
    story.forward(hours=6)
    (digest,) = [message for message in story.direct("omar") if "Your team: " in message.text]
    assert digest.text.startswith("Your team: 1 open"), "people below his managers are his"
    assert "Sev 3 · Acme" in digest.all_text


@pytest.mark.parametrize("change", [{"is_restricted": True}, {"deleted": True}], ids=["guest", "deactivated"])
def test_a_manager_who_is_not_ours_any_more_gets_no_digest(story: Story, change: dict[str, bool]) -> None:
    story.declare(account="Acme", level="sev3", summary="Exports are slow", at="Fri 2026-03-06 16:00")
    story.by_hand("member", "maria", **change)
    story.skip_to("Mon 2026-03-09 10:00")
    assert not any("Your team: " in message.text for message in story.direct("maria"))
    digests = story.program.services.digests
    assert digests.compose("maria@example.com").lines == ()
    with story.program.services.database.transaction() as tx:
        found = list(people_check.of_people(tx, story.program.services.people.directory))
    assert any("maria@example.com" in one.says and "manager of" in one.says for one in found)
    story.by_hand("member", "maria", **dict.fromkeys(change, False))
    story.skip_to("Tue 2026-03-10 10:00")
    assert any("Your team: " in message.text for message in story.direct("maria"))


def test_no_digest_comes_when_there_is_nothing(story: Story) -> None:
    story.skip(days=4)
    assert story.direct("maria") == []


def test_on_a_weekend_the_digest_comes_only_for_the_highest_level(story: Story) -> None:
    story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 16:00")
    story.forward_to("Sat 2026-03-07 12:00")
    assert not any("Your team: " in message.text for message in story.direct("maria"))
    story.declare(account="Umbrella", level="sev1")
    story.skip_to("Sun 2026-03-08 12:00")
    assert sum("Your team: " in message.text for message in story.direct("maria")) == 1
