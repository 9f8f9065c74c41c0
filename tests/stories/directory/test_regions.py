"""Regions and the contact matrix: whose calendar counts, who holds roles, and who is reached when pages go up."""

from pathlib import Path

from bot.policy.record import sla
from bot.services.operator.doctor import Doctor
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
        story.command("ana", "policy")
        story.press("ana", ids.PICK_POLICY_PART, on=story.messages("general", "ana")[-1], value="paging")
        shown = story.form("ana").all_text
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


LADDER = """
regions:
  emea:
    name: Europe
    people:
      relationship_owner: noor@example.com
      manager: omar@example.com
      vp_customer_success: eli@example.com
      engineering_lead: dana@example.com
contacts:
  l3: {person: noor@example.com, phone: "+1 212 555 0100"}
  technical: {person: ana@example.com}
"""
PHONES = DIRECTORY.replace("people:\n", 'people:\n  - {email: eli@example.com, phone: "+49 30 901820"}\n')


def test_from_the_third_level_on_pages_go_to_the_people_of_the_accounts_region(database_url: str, folder: Path) -> None:
    with told(database_url, folder, directory=PHONES + LADDER) as story:
        story.program.services.account_import.load(b"name,region\nNordwind,EMEA\n", "accounts.csv")
        number = story.declare(account="Nordwind", level="sev1", category="technical")
        other = story.declare(account="Globex", level="sev1", category="technical")
        story.press("dana", ids.PRESS_PLAYBOOK, on=story.card(number))
        assert "VP of Customer Success: eli@example.com, +4930901820" in story.form("dana").all_text
        story.forward(hours=1, minutes=31)
        paged = {page.role: page.person for page in story.facts(number).pages}
        assert paged["vp_customer_success"] == "U01ELI"
        assert story.facts(number).holders["vp_customer_success"].how == "for Europe"
        elsewhere = {page.role: page.person for page in story.facts(other).pages}
        assert elsewhere["vp_customer_success"] == "U01NOOR", "no region: the contact matrix"
        story.forward(minutes=30)
        assert "chief_customer_officer" not in {page.role for page in story.facts(number).pages}, "nobody is named"
        assert "eli" in story.members(number)


def test_a_region_without_its_own_asks_the_companys(database_url: str, folder: Path) -> None:
    only = LADDER.replace("      vp_customer_success: eli@example.com\n", "").replace(
        "l3: {person: noor", "l3: {person: maria"
    )
    with told(database_url, folder, directory=DIRECTORY + only) as story:
        story.program.services.account_import.load(b"name,region\nNordwind,emea\n", "accounts.csv")
        number = story.declare("eli", account="Nordwind", level="sev3")
        for _ in range(3):
            story.command("eli", f"now ESC-{number}")
            story.submit("eli")
        paged = [page.person for page in story.facts(number).pages]
        assert paged == ["U01NOOR", "U01OMAR", "U01MARIA"], "owner and manager of the region, then the matrix"


def test_a_role_that_the_policy_does_not_have_is_named_as_a_gap(database_url: str, folder: Path) -> None:
    wrong = LADDER.replace("vp_customer_success", "vp_of_success") + "admins: [omar@example.com]\n"
    with told(database_url, folder, directory=DIRECTORY + wrong) as story:
        story.command("omar", "admin")
        assert "Europe names someone for “vp_of_success”, which is no role of the policy" in story.form("omar").all_text


def test_a_team_and_a_rung_that_the_policy_does_not_have_are_named_as_gaps(database_url: str, folder: Path) -> None:
    wrong = DIRECTORY.replace("teams: {", "teams: {securty: [omar@example.com], ") + LADDER.replace("  l3:", "  l33:")
    with told(database_url, folder, directory=wrong + "admins: [omar@example.com]\n") as story:
        story.command("omar", "admin")
        text = story.form("omar").all_text
        assert "The directory names people for “securty”, which is no team of the policy" in text
        assert "The contact matrix has “l33”, which is no rung of the policy" in text
        services = story.program.services
        doctor = Doctor(services.database, services.people.directory, policy=services.policies.current)
        says = [found.says for found in doctor.examine() if found.what == "directory"]
        assert "The contact matrix has “l33”, which is no rung of the policy: no one is paged for it" in says


def test_the_form_of_a_region_has_the_rungs_of_the_ladder_and_keeps_them(database_url: str, folder: Path) -> None:
    with told(database_url, folder, directory=DIRECTORY + "admins: [omar@example.com]\n") as story:
        story.command("omar", "admin")
        story.press_in_form("omar", f"{ids.PRESS_ADMIN_ADD}region")
        named = {"fix_owner": "U01ELI", "vp_customer_success": "U01NOOR"}
        story.submit("omar", key="emea", name="Europe", **named)
        story.choose("omar", f"{ids.PICK_ADMIN_ENTRY}region", "region:emea")
        story.submit("omar", name="EMEA")
        region = story.program.services.people.directory.region("emea")
        assert region is not None
        assert (region.name, region.people) == ("EMEA", named)
