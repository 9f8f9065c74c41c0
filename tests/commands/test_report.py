"""`escalate report` and `escalate tickets import`, on both databases."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import settings
from bot.app import build_services
from bot.clock import ManualClock
from bot.models.measures import TicketVolume
from bot.services.bundle import Services
from bot.services.declaring.declaration import Declaration
from tests.commands.program import Program
from tests.support.members import meet
from tests.support.story import ACCOUNTS

# A Friday; midnight of Monday, 9 March 2026 comes an hour sooner than on other days.
NOW = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
MARCH = ("--since", "2026-03-01", "--until", "2026-03-31")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def lived(with_database: Program, clock: ManualClock) -> Iterator[Services]:
    """Declare a Sev 1 acknowledged after ten minutes, a Sev 3 of the next week, and a confidential one."""
    services = build_services(settings.load(database_url=with_database.settings["DATABASE_URL"]), clock=clock)
    services.account_import.load(ACCOUNTS.encode(), "accounts.csv")
    first = declare(services, "Acme", "sev1")
    clock.forward(timedelta(minutes=10))
    services.acknowledgements.acknowledge(first, by="U01NOOR")
    clock.at = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
    declare(services, "=Acme", "sev3")
    declare(services, "Umbrella", "sev3", confidential=True)
    yield services
    services.core.close()


def declare(services: Services, account: str, level: str, *, confidential: bool = False) -> int:
    declaration = Declaration(
        account_id=None, new_account=account, summary="Exports are down", level=level, confidential=confidential
    )
    meet(services.database)
    return services.declarations.declare(declaration, by="U01NOOR", request=f"{account} {level}").number


def document(program: Program, *arguments: str) -> dict[str, Any]:
    said = program("report", *arguments, "--json")
    assert (said.status, said.err) == (0, "")
    found: dict[str, Any] = json.loads(said.out)
    return found


@pytest.mark.usefixtures("lived")
def test_json_has_every_number_with_what_it_rests_on(with_database: Program) -> None:
    found = document(with_database, *MARCH)
    assert (found["since"], found["until"], found["zone"]) == ("2026-03-01", "2026-03-31", "America/New_York")
    assert found["numbers"]["escalations"] == {"value": 3, "of": 3}
    assert found["numbers"]["time_to_acknowledge"] == {"value": 600, "of": 1}
    # The two others are overdue by now, long after.
    assert found["numbers"]["acknowledged_in_time"] == {"value": 33.33, "of": 3}
    assert found["open_by_owner"] == {"U01NOOR": 2, "confidential": 1}
    assert (found["by"], found["groups"], found["uncounted"]) == (None, {}, 0)


@pytest.mark.usefixtures("lived")
def test_groups_never_name_what_is_confidential(with_database: Program) -> None:
    groups = {way: set(document(with_database, *MARCH, "--by", way)["groups"]) for way in ("account", "level", "week")}
    assert groups["account"] == {"Acme", "=Acme", "confidential"}
    assert groups["level"] == {"sev1", "sev3"}
    assert groups["week"] == {"2026-03-02", "2026-03-09"}


@pytest.mark.usefixtures("lived")
def test_the_days_are_those_of_the_policys_zone(with_database: Program) -> None:
    assert (
        document(with_database, "--since", "2026-03-09", "--until", "2026-03-09")["numbers"]["escalations"]["of"] == 2
    )
    assert (
        document(with_database, "--since", "2026-03-07", "--until", "2026-03-08")["numbers"]["escalations"]["of"] == 0
    )


@pytest.mark.usefixtures("lived")
def test_csv_is_harmless_in_a_spreadsheet(with_database: Program) -> None:
    said = with_database("report", *MARCH, "--by", "account", "--csv")
    assert (said.status, said.err, said.out[0]) == (0, "", "\ufeff")
    rows = list(csv.DictReader(io.StringIO(said.out[1:], newline="")))
    assert [row["account"] for row in rows] == ["'=Acme", "Acme", "confidential", "all"]
    assert rows[-1]["escalations"] == "3"
    assert rows[1]["time_to_acknowledge"] == "600"
    assert rows[0]["time_to_acknowledge"] == ""


@pytest.mark.usefixtures("lived")
def test_for_people_it_is_a_table(with_database: Program) -> None:
    said = with_database("report", *MARCH)
    assert said.lines[0] == "2026-03-01 to 2026-03-31, America/New_York"
    assert any(line.split() == ["Escalations", "3", "of", "3", "escalations"] for line in said.lines)
    assert with_database("report", *MARCH, "--by", "level").lines[-1].startswith("all ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--since", "2026-03-02", "--until", "2026-03-01"), "--since is after --until"),
        (("--json", "--csv"), "Choose --json or --csv"),
        (("--since", "yesterday"), "isn't a date"),
        (("--by", "moon"), "moon"),
    ],
)
def test_a_wrong_usage_is_said_and_is_2(with_sqlite: Program, arguments: tuple[str, ...], words: str) -> None:
    said = with_sqlite("report", *arguments)
    assert said.status == 2
    assert words in said.err


def volumes(services: Services) -> dict[tuple[str, str], int]:
    with services.database.transaction() as tx:
        return {(row.day.isoformat(), row.region): row.tickets for row in tx.session.scalars(select(TicketVolume))}


def test_ticket_volumes_are_imported_and_give_the_rate(with_database: Program, lived: Services) -> None:
    file = with_database.file(
        "tickets.csv", "Date;Tickets;Region\n2026-03-06;40;\n2026-03-09;7;EMEA\n2026-03-09;5;amer\n"
    )
    said = with_database("tickets", "import", file)
    assert (said.status, said.out.strip()) == (0, "imported 3, updated 0, unchanged 0, rejected 0")
    assert volumes(lived) == {("2026-03-06", ""): 40, ("2026-03-09", "emea"): 7, ("2026-03-09", "amer"): 5}
    assert document(with_database, *MARCH)["numbers"]["escalation_rate"] == {"value": 5.77, "of": 52}
    again = with_database.file("tickets.csv", "day,tickets\n2026-03-06,41\n")
    assert with_database("tickets", "import", again).out.strip() == "imported 0, updated 1, unchanged 0, rejected 0"


def test_what_is_wrong_in_a_file_of_tickets_is_listed_and_the_rest_taken(with_sqlite: Program) -> None:
    text = (
        "day,tickets,region\n2026-03-06,-4,\n6/3/2026,4,\n2026-03-06,4\n2026-03-05,4,\n2026-03-05,5,\n2026-02-30,1,\n"
    )
    said = with_sqlite("tickets", "import", with_sqlite.file("tickets.csv", text))
    assert said.status == 1
    assert said.out.strip() == "imported 1, updated 0, unchanged 0, rejected 5"
    for place, words in enumerate(
        (
            "line 2: tickets is '-4'; it is a whole number",
            "line 3: day is '6/3/2026', which can be 06 Mar or 03 Jun; write a date as 2026-12-31",
            "line 4: it has 2 cells, the header has 3",
            "line 6: this day and region stand in line 5 too",
            "line 7: day is '2026-02-30'; write a date as 2026-12-31",
        )
    ):
        assert words in said.problems[place]


def test_a_file_of_tickets_is_read_as_spreadsheets_write_it(with_sqlite: Program) -> None:
    """With empty columns at the end, 412.0 for a number, and days whose order the file as a whole tells."""
    text = "Date;Tickets;Region;;\n13/03/2026;412.0;EMEA;;\n06/03/2026;90;\n7.3.2026;0;amer;;;;\n"
    said = with_sqlite("tickets", "import", with_sqlite.file("tickets.csv", text))
    assert said.out.strip() == "imported 3, updated 0, unchanged 0, rejected 0"
    services = build_services(settings.load(database_url=with_sqlite.settings["DATABASE_URL"]))
    assert volumes(services) == {("2026-03-13", "emea"): 412, ("2026-03-06", ""): 90, ("2026-03-07", "amer"): 0}
    services.core.close()


@pytest.mark.parametrize("content", ["name,domain\nAcme,acme.example\n", "", "day,tickets,tickets\n"])
def test_a_file_that_is_none_of_tickets_is_refused(with_sqlite: Program, content: str) -> None:
    said = with_sqlite("tickets", "import", with_sqlite.file("tickets.csv", content))
    assert said.status == 1
    assert "column" in said.err
