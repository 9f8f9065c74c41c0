"""`/escalate list` with words: mine, a level, late, closed, an account."""

import pytest

from bot.policy.model.directory import Region
from bot.services.overview import escalations
from bot.views.kit import ids
from tests.support.story import Story


def listed(story: Story, who: str, words: str) -> str:
    return str(story.command(who, f"list {words}")["ack"])


@pytest.fixture
def four(story: Story) -> Story:
    """Return a story with four escalations, of which the last is closed."""
    story.declare("noor", account="Acme", level="sev3", summary="Exports are slow", at="Mon 2026-03-02 10:00")
    story.declare("noor", account="Umbrella", level="sev1", summary="Nobody can log in", at="Wed 2026-03-04 10:00")
    story.declare("eli", account="Globex", level="sev3", summary="Wrong totals")
    number = story.declare("noor", account="Initech", level="sev3", summary="Typed by mistake")
    story.command("noor", f"withdraw ESC-{number}")
    story.submit("noor", why="mistake", reason="Nothing is broken.")
    return story


@pytest.mark.both_databases
def test_each_word_limits_the_list(four: Story) -> None:
    assert "3 open escalations" in listed(four, "omar", "")
    heavy = listed(four, "omar", "sev1")
    assert "1 open escalation: sev1" in heavy
    assert "Umbrella" in heavy
    assert "Acme" not in heavy
    recent = listed(four, "omar", "since wednesday")
    assert "2 open escalations: since wednesday" in recent
    assert "Acme" not in recent
    mine = listed(four, "eli", "mine")
    assert "Globex" in mine, "declared by Eli"
    of_acme = listed(four, "omar", "acme")
    assert "1 open escalation: acme" in of_acme
    assert "ESC-1" in of_acme


@pytest.mark.both_databases
def test_a_region_is_found_in_any_case_with_and_without_the_word(four: Story) -> None:
    directory = four.program.services.people.directory
    regions = (Region(key="emea", name="Europe, Middle East and Africa"),)
    four.program.services.people.directory = directory.model_copy(update={"regions": regions})
    accounts = b"name,region\nHooli,EMEA\n"
    four.program.services.account_import.load(accounts, "accounts.csv")
    number = four.declare("noor", account="Hooli", level="sev3", summary="Sign-in loops")
    for words in ("region emea", "EMEA", "sev3 emea", "europe, middle east and africa"):
        found = listed(four, "omar", words)
        assert f"ESC-{number}" in found, words
        assert "Acme" not in found
    assert "No open escalations match “sev1 emea”." in listed(four, "omar", "sev1 emea")


@pytest.mark.both_databases
def test_a_word_that_says_nothing_is_named_beside_the_list(four: Story) -> None:
    found = listed(four, "omar", "region europe")
    assert "“region europe” isn't a customer, state, severity, region, area or date we know." in found
    assert "Read as `/escalate list`." in found
    assert "3 open escalations" in found
    assert "Declare instead" in found
    closed = listed(four, "omar", "closed europe")
    assert "Read as `/escalate list closed`." in closed
    assert "1 closed escalation" in closed
    assert "Read as" not in listed(four, "omar", "last month")
    assert "3 open escalations: this month" in listed(four, "omar", "this month")
    assert "No open escalations match “last month”." in listed(four, "omar", "last month")
    assert "1 closed escalation: since 1 mar" in listed(four, "omar", "closed since 1 mar")


@pytest.mark.both_databases
def test_words_together_must_all_hold(four: Story) -> None:
    assert "No open escalations match “sev1 acme”." in listed(four, "omar", "sev1 acme")
    four.forward(minutes=20)
    late = listed(four, "omar", "overdue sev1")
    assert "Umbrella" in late
    assert "Globex" not in late
    four.press("dana", ids.PRESS_ACKNOWLEDGE, on=four.card(2))
    assert "No open escalations match “unacknowledged sev1”." in listed(four, "omar", "unacknowledged sev1")


@pytest.mark.both_databases
def test_closed_ones_are_listed_newest_first(four: Story) -> None:
    closed = listed(four, "omar", "closed")
    assert "1 closed escalation'" in closed
    assert "ESC-4" in closed
    assert "No closed escalations match “sev1”." in listed(four, "omar", "closed sev1")


def test_every_part_can_be_reached(four: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(escalations, "LISTED", 1)
    monkeypatch.setattr("bot.handlers.kit.status_copies.LISTED", 1)
    first = listed(four, "omar", "since monday")
    assert "`/escalate list since monday 2`" in first
    second, third = listed(four, "omar", "since monday 2"), listed(four, "omar", "since monday 3")
    assert "3 open escalations: since monday, from 2 on" in second
    assert "/escalate list" not in third
    assert all(sum(f"ESC-{number}" in part for part in (first, second, third)) == 1 for number in (1, 2, 3))
    assert "from 3 on" in listed(four, "omar", "since monday 9"), "beyond the end the last part is shown"


def test_a_button_redraws_the_list_that_was_asked_for(four: Story) -> None:
    four.command("dana", "list sev1")
    seen = next(message for message in four.messages("general", "dana") if "1 open escalation: sev1" in message.text)
    four.press("dana", ids.PRESS_ACKNOWLEDGE, on=seen)
    again = [message for message in four.messages("general", "dana") if "1 open escalation: sev1" in message.text]
    assert len(again) == 1
    assert ids.PRESS_ACKNOWLEDGE not in again[0].buttons


def test_confidential_ones_are_listed_for_their_people_only(story: Story) -> None:
    story.declare("noor", account="Acme", level="sev3", confidential=["confidential"])
    for words in ("", "sev3", "closed", "since monday"):
        assert "ESC-1" not in listed(story, "eli", words), words
    assert "1 open escalation: mine" in listed(story, "noor", "mine")
