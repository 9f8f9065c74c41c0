"""The directory in Slack: admins fill it in, everything is checked and kept in the audit, and the file wins."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.models.directory import DirectoryChange
from bot.policy.model.directory import EntryKind
from bot.views.kit import ids
from tests.support.story import DIRECTORY, WORKSPACE, Story
from tests.support.story import story as told

ADMINS = DIRECTORY + "admins: [omar@example.com]\n"


@pytest.fixture
def admins(database_url: str, folder: Path) -> Iterator[Story]:
    """Yield a story in which the file names Omar as admin."""
    with told(database_url, folder, directory=ADMINS) as begun:
        yield begun


def add(story: Story, kind: str, **values: object) -> dict[str, object]:
    story.command("omar", "admin")
    story.press_in_form("omar", f"{ids.PRESS_ADMIN_ADD}{kind}")
    return story.submit("omar", **values)


@pytest.mark.both_databases
def test_an_area_added_in_slack_routes_at_once(admins: Story) -> None:
    story = admins
    rota = {"rota_people": ["U01MARIA"], "rota_zone": "Europe/Berlin"}
    answer = add(story, "area", key="sign-in", name="Sign-in", owner="U01NOOR", **rota)
    assert answer["result"] == "updated", answer
    assert "<@U01OMAR> changed area sign-in" in story.form("omar").all_text
    assert "<@U01MARIA>" in str(story.command("noor", "oncall sign-in")["ack"])
    number = story.declare(who="ana", level="sev3", area="sign-in")
    assert story.facts(number).holder("fix_owner") == "U01MARIA"
    with story.program.services.database.transaction() as tx:
        change = tx.session.scalars(select(DirectoryChange)).one()
    assert (change.by, change.before) == ("U01OMAR", None)
    assert change.after is not None
    assert change.after["rota"]["people"] == ["U01MARIA"]


def test_an_entry_is_changed_and_removed_with_who_did_it(admins: Story) -> None:
    story = admins
    add(story, "contact", key="l3", person="U01OMAR", phone="+49 30 901820")
    story.choose("omar", f"{ids.PICK_ADMIN_ENTRY}contact", "contact:l3")
    assert story.form("omar").question("phone")["element"]["initial_value"] == "+4930901820"
    story.submit("omar", hours="Weekdays")
    story.choose("omar", f"{ids.PICK_ADMIN_ENTRY}contact", "contact:l3")
    story.press_in_form("omar", ids.PRESS_ADMIN_REMOVE)
    assert "<@U01OMAR> removed contact l3" in story.form("omar").all_text
    with story.program.services.database.transaction() as tx:
        changes = tx.session.scalars(select(DirectoryChange).order_by(DirectoryChange.id)).all()
    assert [(change.before is None, change.after is None) for change in changes] == [
        (True, False),
        (False, False),
        (False, True),
    ]


def test_what_cannot_be_used_is_answered_at_its_field(admins: Story) -> None:
    story = admins
    bad = add(story, "person", email="new@example.com", phone="901820")["errors"]
    assert bad == {"phone": "'901820' is not a phone number: write it with its country, such as +49 30 901820."}
    story.close_form("omar")
    bad = add(story, "area", key="a", name="A", rota_people=["U01ANA"], rota_every="often")["errors"]
    assert "is not a duration" in str(bad)
    assert "rota_every" in str(bad)


def test_the_file_wins_and_says_so(admins: Story) -> None:
    bad = add(admins, "area", key="exports", name="Mine")["errors"]
    assert bad == {"key": "The directory file has this, and the file wins. Change it there."}
    bad = admins.submit("omar", key="more-exports", name="exports and  reports")["errors"]
    assert bad == {"name": "Another area has this name."}


def test_what_the_file_says_is_listed_as_the_files(admins: Story) -> None:
    add(admins, "area", key="Sign-in", name="Sign-in", owner="U01NOOR")
    text = admins.form("omar").all_text
    assert "From the directory file: Exports and reports\n" in text
    assert "From the directory file: Fix owner, Customer owner, Manager, VP of Customer Success\n" in text
    assert "From the directory file: ana@example.com, maria@example.com\n" in text
    assert "The directory file overrides these entries. Change what it says in the file." in text


def test_a_rota_of_working_days_is_made_in_slack(admins: Story) -> None:
    story = admins
    days = {"rota_every": "1bd", "rota_hours": "mon-thu 09:00-18:00; FRI 09:00-12:00, 13:00-16:00"}
    rota = {"rota_people": ["U01NOOR", "U01ELI"], "rota_zone": "Europe/Berlin", **days}
    answer = add(story, "area", key="sign-in", name="Sign-in", owner="U01ANA", **rota)
    assert answer["result"] == "updated", answer
    story.choose("omar", f"{ids.PICK_ADMIN_ENTRY}area", "area:sign-in")
    form = story.form("omar")
    assert form.question("rota_every")["element"]["initial_value"] == "1bd"
    hours = form.question("rota_hours")["element"]["initial_value"]
    assert hours == "MON-THU 09:00-18:00; FRI 09:00-12:00, 13:00-16:00"
    assert "More rotas, such as one for each region, are added under *Rotas*." in form.all_text
    assert "<@U01NOOR>" in str(story.command("noor", "oncall sign-in")["ack"])
    story.skip_to("Mon 2026-03-09 11:30")  # the hand-over is at the time of the first shift
    assert "*Sign-in*\\n<@U01ELI>" in str(story.command("noor", "oncall sign-in")["ack"])


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"rota_every": "1bd"}, "rota_hours", "1bd counts working days, and no hours are given"),
        ({"rota_hours": "whenever"}, "rota_hours", "is not a day of the week"),
        ({"rota_hours": "MON 9-17"}, "rota_hours", "09:00-18:00"),
        ({"rota_zone": "Berlin"}, "rota_zone", "Berlin"),
    ],
)
def test_a_rota_that_cannot_be_used_is_answered_at_its_field(
    admins: Story, values: dict[str, str], field: str, says: str
) -> None:
    answer = add(admins, "area", key="a", name="A", rota_people=["U01ANA"], **values)
    assert says in answer["errors"][field], answer  # type: ignore[index]


def test_routes_and_quiet_hours_are_set_in_slack(admins: Story) -> None:
    story = admins
    quiet = {"quiet_hours": "22:00-07:00", "quiet_hours_zone": "Europe/Berlin"}
    add(story, "person", email="eli@example.com", routes="pagerduty, mail slack", **quiet)
    entry = story.program.services.people.directory.person("eli@example.com")
    assert entry is not None
    assert entry.routes == ("pagerduty", "mail", "slack")
    assert entry.quiet_hours is not None
    assert entry.quiet_hours.zone == "Europe/Berlin"
    story.choose("omar", f"{ids.PICK_ADMIN_ENTRY}person", "person:eli@example.com")
    form = story.form("omar")
    assert form.question("routes")["element"]["initial_value"] == "pagerduty, mail, slack"
    assert form.question("quiet_hours")["element"]["initial_value"] == "22:00-07:00"
    bad = story.submit("omar", routes="pigeon", quiet_hours="at night")["errors"]
    assert "'pigeon' is no route" in bad["routes"]
    assert "quiet_hours" in bad


def test_somebody_known_by_mail_only_stays_when_an_entry_is_saved(admins: Story) -> None:
    story = admins
    rows = b"email,manager\nnew@example.com,boss@elsewhere.example\nother@example.com,maria@example.com\n"
    story.program.services.people_import.load(rows, "people.csv")
    story.command("omar", "admin")
    story.choose("omar", f"{ids.PICK_ADMIN_ENTRY}person", "person:new@example.com")
    assert "boss@elsewhere.example isn't known in Slack, and stays unless you choose someone." in str(
        story.form("omar").raw
    )
    story.submit("omar", name="Nia New")
    entry = story.program.services.people.directory.person("new@example.com")
    assert entry is not None
    assert (entry.name, entry.manager) == ("Nia New", "boss@elsewhere.example")
    many = [f"{'x' * 60}{number}@elsewhere.example" for number in range(60)]
    story.program.services.directory_changes.put(EntryKind.TEAM, {"key": "legal", "people": many}, by="U01OMAR")
    story.command("omar", "admin")
    story.choose("omar", f"{ids.PICK_ADMIN_ENTRY}team", "team:legal")
    assert f"Not known in Slack, and kept: {many[0]} and 59 more." in str(story.form("omar").raw)
    story.submit("omar", people=["U01NOOR"])
    assert story.program.services.people.directory.teams["legal"] == ("U01NOOR", *many)
    story.choose("omar", f"{ids.PICK_ADMIN_ENTRY}person", "person:other@example.com")
    assert story.form("omar").question("manager")["element"]["initial_user"] == "U01MARIA"


def test_only_admins_open_it_or_save(admins: Story) -> None:
    story = admins
    story.command("noor", "admin")
    assert "Only admins can do this. Ask Omar Silva." in story.form("noor").all_text
    add(story, "fallback", key="executive_sponsor", person="U01OMAR")
    with pytest.raises(Exception, match="Only admins"):
        story.program.services.directory_changes.put("fallback", {"key": "manager", "person": "U01NOOR"}, by="U01NOOR")  # type: ignore[arg-type]


def test_without_admins_in_the_file_those_of_the_workspace_are(database_url: str, folder: Path) -> None:
    workspace = WORKSPACE.replace("email: maria@example.com,", "email: maria@example.com, is_admin: true,")
    with told(database_url, folder, workspace=workspace) as story:
        story.command("maria", "admin")
        assert story.form("maria").title == "Directory"
        story.command("omar", "admin")
        assert "Only admins can do this. Ask Maria Lee." in story.form("omar").all_text


def test_of_two_who_add_the_same_the_second_reads_that_it_is_there(admins: Story) -> None:
    add(admins, "area", key="sign-in", name="Sign-in", owner="U01NOOR")
    admins.close_form("omar")
    bad = add(admins, "area", key="Sign-in", name="Sign-in", owner="U01ELI")["errors"]
    assert bad == {"key": "This is in the directory already. Choose it there to change it."}
    area = admins.program.services.people.directory.area("sign-in")
    assert area is not None
    assert area.owner == "U01NOOR"


def test_what_is_missing_comes_first(admins: Story) -> None:
    admins.command("omar", "admin")
    text = admins.form("omar").all_text
    assert "No one is named for “Chief Customer Officer (CCO)” (l4): it is skipped when pages go up." in text


def test_a_team_and_a_region_are_kept(admins: Story) -> None:
    story = admins
    add(story, "team", key="security", people=["U01ELI", "U01NOOR"])
    story.close_form("omar")
    add(story, "region", key="emea", name="Europe", fix_owner="U01ELI")
    directory = story.program.services.people.directory
    assert directory.teams["security"] == ("U01ELI", "U01NOOR")
    region = directory.region("EMEA")
    assert region is not None
    assert region.people == {"fix_owner": "U01ELI"}


def test_another_process_sees_the_change_within_seconds(admins: Story) -> None:
    other = admins.join_by_another()
    add(admins, "fallback", key="executive_sponsor", person="U01OMAR")
    other.services.directory_changes.refresh()
    assert other.services.people.directory.fallback["executive_sponsor"] == "U01OMAR"


def test_an_admins_home_has_the_first_run_guide_in_order_until_all_is_done(admins: Story) -> None:
    story = admins
    text = story.home("omar")
    places = [text.index(words) for words in ("1. Severity:", "2. Routing:", "3. Cadence:", "4. Root cause:")]
    assert places == sorted(places)
    assert ":white_large_square: *2. Routing:*" in text
    assert "No one is named for “Chief Customer Officer (CCO)” (l4)" in text
    assert "Set up Escalate" not in story.home("noor")
    story.control.post("press", user="U01OMAR", surface="home", action_id=ids.PRESS_ADMIN)
    story.settle()
    assert story.form("omar").title == "Directory"
    story.declare(level="sev3")
    assert ":white_check_mark: *1. Severity:*" in story.home("omar")
