"""The card's menu: edit what was declared, bring people in, read the timeline."""

from pathlib import Path

import pytest

from bot.views.card.more_menu import CHOICES
from bot.views.kit import ids
from tests.support.story import USERS, Story
from tests.support.story import story as told


def entries(story: Story, number: int) -> list[str]:
    """Return the keys of the menu's entries."""
    menu = story.card(number).button(ids.PICK_MORE)
    return [str(option["value"]).partition(":")[2] for option in menu["options"]]


def test_the_menu_lists_only_what_makes_sense_in_the_status(story: Story) -> None:
    number = story.declare(level="sev3")
    # This policy asks for no exit criteria, and for no review at this level; there is no update yet, and no page.
    # What is planned and noted after the end isn't there before.
    absent = {"exit", "review", "update", "pages", "followups", "call", "status_call", "summary", "learned"}
    assert entries(story, number) == [choice.key for choice in CHOICES if choice.key not in absent]
    assert "review" in entries(story, story.declare(account="Globex", level="sev1"))
    confirmed = {"confirmed_by": "Jo Park", "confirmed_how": "call"}
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **confirmed)
    assert not {"level", "waive"} & set(entries(story, number))
    story.act("dana", ids.PRESS_CLOSE, number, summary="All good.")
    assert entries(story, number) == ["told", "timeline", "followups", "call", "summary", "learned"]


def test_the_summary_is_edited_and_the_channel_is_told_what_it_was(story: Story) -> None:
    number = story.declare(level="sev3", summary="Exports are down")
    story.menu("noor", "edit", number, summary="Exports of invoices fail", description="Since 9:00.")
    facts = story.facts(number)
    assert (facts.summary, facts.description) == ("Exports of invoices fail", "Since 9:00.")
    assert story.last(number).text == (
        ":pencil2: <@U01NOOR> edited the summary: *Exports of invoices fail*\nWas: Exports are down"
    )
    assert "Exports of invoices fail" in story.card(number).all_text
    assert str(story.channel(number)["topic"]).endswith("Acme: Exports of invoices fail")


@pytest.mark.both_databases
def test_another_account_brings_its_own_weight(story: Story) -> None:
    story.program.services.account_import.load(
        b"name,tier,crm_url\nGlobex,strategic,https://crm.example/globex\n", "accounts.csv"
    )
    number = story.declare(account="Acme", level="sev3")
    before = story.facts(number).holders
    story.menu("noor", "edit", number, account="Globex")
    story.forward(minutes=1)
    facts = story.facts(number)
    assert (facts.account.name, facts.level) == ("Globex", "sev2"), "Globex is a strategic account"
    assert facts.holders["fix_owner"] == before["fix_owner"]
    assert any("changed the account of ESC-1: Acme → Globex" in text for text in story.said(number))
    assert "Globex" in story.card(number).all_text
    assert "Acme" not in story.channel(number)["topic"]
    assert [call["arguments"]["link"] for call in story.calls("bookmarks.edit")] == ["https://crm.example/globex"]


def test_a_form_that_changes_nothing_says_nothing(story: Story) -> None:
    number = story.declare(level="sev3")
    assert story.menu("noor", "edit", number)["result"] == "closed"
    assert story.said(number) == []


def test_people_are_brought_in_from_the_card(story: Story) -> None:
    number = story.declare(level="sev3")
    story.menu("noor", "people", number, people=[USERS["omar"], USERS["eli"]])
    assert {"omar", "eli"} <= set(story.members(number))
    assert story.said(number) == [], "Slack's own line says that they have joined"


def test_somebody_slack_has_not_described_yet_is_looked_up_first(sqlite_url: str, folder: Path) -> None:
    with told(sqlite_url, folder, strangers=True) as story:
        story.command("noor", "list")
        number = story.declare("noor", level="sev3")
        story.menu("noor", "people", number, people=[USERS["omar"]])
        assert "omar" in story.members(number)


def test_somebody_who_is_gone_is_refused(story: Story) -> None:
    number = story.declare(level="sev3")
    story.meet([USERS["kim"]])
    story.settle()
    answer = story.menu("noor", "people", number, people=[USERS["kim"]])
    assert "Choose a colleague" in str(answer["errors"]["people"])


def test_the_timeline_is_read_where_it_happened(story: Story) -> None:
    number = story.declare(level="sev3")
    story.menu("maria", "level", number, level="sev1", reason="It is their launch day.")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.more("omar", "timeline", number)
    lines = story.form("omar").all_text
    assert lines.index("*Acknowledged* · <@U01DANA>") < lines.index("*Severity changed* Sev 3 → Sev 1 · <@U01MARIA>")
    assert ">It is their launch day." in lines
    assert "*Declared* Sev 3 · <@U01NOOR>" in lines
    assert story.form("omar").inputs == []


def test_a_ticket_gets_the_severity_the_account_and_the_clocks_to_paste(sqlite_story: Story) -> None:
    story = sqlite_story
    number = story.declare(level="sev2", summary="Exports are <down>", at="Fri 2026-03-06 10:00")
    story.more("dana", "ticket", number)
    text = story.form("dana").all_text
    for line in (
        "ESC-1 Acme: Exports are &lt;down&gt;",
        "Severity: Sev 2",
        "Account: Acme",
        "Acknowledge by: 6 Mar 11:00 AM EST",
        "Resolve by: 9 Mar 10:00 AM EDT",
        f"Slack: #{story.channel(number)['name']}",
    ):
        assert line in text
    story.submit("dana", number="TECH-7", url="https://tracker.example/TECH-7")
    assert "TECH-7" in story.card(number).all_text
