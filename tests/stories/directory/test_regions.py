"""Regions and the contact matrix: whose calendar counts, who holds roles, and who is reached when pages go up."""

from pathlib import Path

from bot.policy.record import sla
from bot.views.kit import ids
from tests.support.story import DIRECTORY, moment
from tests.support.story import story as told

POLICY = """extends: sev
name: regional
calendars:
  emea: {zone: Europe/Berlin, hours: {MON-FRI: "09:00-18:00"}}
regions:
  emea: {calendar: emea}
"""
REGIONS = """
regions:
  emea: {name: Europe, people: {relationship_owner: noor@example.com, manager: omar@example.com}}
contacts:
  l4: {person: eli@example.com, phone: "+49 30 901820", hours: Weekdays}
"""


def test_an_accounts_region_chooses_calendar_and_owner(database_url: str, folder: Path) -> None:
    policy = folder / "policy.yml"
    policy.write_text(POLICY, encoding="utf-8")
    with told(database_url, folder, directory=DIRECTORY + REGIONS, policy=str(policy)) as story:
        story.program.services.account_import.load(b"name,region\nNordwind,EMEA\n", "accounts.csv")
        story.program.services.accounts.refresh()
        # Friday 10:00 in New York is 16:00 in Berlin: one business day later is Monday 16:00 there.
        number = story.declare(account="Nordwind", level="sev3")
        facts = story.facts(number)
        assert facts.holder("relationship_owner") == "U01NOOR"
        assert facts.holders["relationship_owner"].how == "for Europe"
        assert facts.holder("manager") == "U01OMAR"
        with story.program.services.database.transaction() as tx:
            row = story.program.services.records.within(tx, number)
            due = sla.due_at(row.facts.response, row.policy.calendars)
        assert due == moment("Mon 2026-03-09 11:00")  # 16:00 in Berlin, where summer time has not begun
        other = story.facts(story.declare(account="Globex", level="sev3"))
        assert other.holder("relationship_owner") == "U01ANA"


def test_the_contact_matrix_is_shown_and_reached(database_url: str, folder: Path) -> None:
    with told(database_url, folder, directory=DIRECTORY + REGIONS) as story:
        shown = str(story.command("ana", "policy")["ack"])
        assert ": eli@example.com, +4930901820 (Weekdays)" in shown
        assert "Engineering Lead / CTO, on request" in shown
        number = story.declare(who="noor", level="sev1")
        story.more("noor", "category", number)
        story.submit("noor", category="technical")
        story.press("noor", ids.PRESS_PLAYBOOK, on=story.card(number))
        called = story.form("noor").all_text
        assert "*Who to call*" in called
        assert "Customer Success Manager: <@U01ANA>" in called, "who holds the role"
        assert "(CCO): eli@example.com, +4930901820 (Weekdays)" in called
        story.forward(hours=2, minutes=1)
        assert story.pages("eli")
