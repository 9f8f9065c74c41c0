"""`escalate accounts import`: what it stores, changes and leaves alone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from bot import settings
from bot.app import build_services
from bot.clock import ManualClock
from bot.policy.account_names import same_key
from bot.services.bundle import Services
from tests.commands.account_import import EVERYTHING, accounts, load
from tests.commands.program import Program, Said


def test_the_summary_is_one_line_in_one_form(with_database: Program) -> None:
    said = load(with_database, "name,tier\nAcme,strategic\nGlobex,\n")
    assert said == Said(0, "imported 2, updated 0, unchanged 0, rejected 0\n", "")
    said = load(with_database, "name,tier\nAcme,standard\nGlobex,\nInitech,\n")
    assert said == Said(0, "imported 1, updated 1, unchanged 1, rejected 0\n", "")


def test_good_rows_are_taken_and_bad_ones_are_named_by_line_and_reason(with_database: Program) -> None:
    said = load(with_database, "name,tier,health\nAcme,gold,101\nGlobex,standard,90\n,standard,\n")
    file = with_database.folder / "accounts.csv"
    assert said.status == 1
    assert said.out == "imported 1, updated 0, unchanged 0, rejected 2\n"
    assert said.problems == [
        (
            f"{file}, line 2: tier is 'gold'; it may be strategic, enterprise, standard or empty; "
            "health is '101'; it is a whole number from 0 to 100"
        ),
        f"{file}, line 4: name is empty",
    ]
    assert set(accounts(with_database)) == {"Globex"}


def test_importing_twice_changes_nothing(with_database: Program) -> None:
    load(with_database, EVERYTHING)
    (before,) = accounts(with_database).values()
    said = load(with_database, EVERYTHING)
    (after,) = accounts(with_database).values()
    assert said == Said(0, "imported 0, updated 0, unchanged 1, rejected 0\n", "")
    assert (before.updated_at, before.id) == (after.updated_at, after.id)


@pytest.mark.parametrize("arr", ["0", "0.01", "120000", "99999999999.99", "0.005", "1e5"])
def test_importing_the_same_amount_changes_nothing(with_database: Program, arr: str) -> None:
    load(with_database, f"name,arr\nAcme,{arr}\n")
    assert load(with_database, f"name,arr\nAcme,{arr}\n").out == "imported 0, updated 0, unchanged 1, rejected 0\n"


def test_every_column_is_kept(with_database: Program) -> None:
    assert load(with_database, EVERYTHING).status == 0
    acme = accounts(with_database)["Acme"]
    columns = EVERYTHING.partition("\n")[0].split(",")
    assert {column: getattr(acme, column) for column in columns} == {
        "name": "Acme",
        "domain": "acme.example",
        "tier": "strategic",
        "plan": "enterprise",
        "health": 82,
        "renewal_on": date(2027, 3, 31),
        "arr": Decimal("480000.50"),
        "csm": "ana@example.com",
        "manager": "U01MARIA",
        "region": "AMER",
        "vip": True,
        "dedicated_csm": True,
        "area": "exports",
        "slack_channel": "#acme",
        "contacts": ["jo@acme.example", "sam@acme.example"],
        "crm_url": "https://crm.example/acme",
    }
    assert acme.extra == {}


def test_only_the_name_is_required(with_database: Program) -> None:
    assert load(with_database, "name\nAcme\n").status == 0
    acme = accounts(with_database)["Acme"]
    assert (acme.tier, acme.health, acme.renewal_on, acme.vip, acme.contacts, acme.extra) == (
        None,
        None,
        None,
        False,
        [],
        {},
    )


def test_unknown_columns_are_kept_as_extra_facts(with_database: Program) -> None:
    load(with_database, "name,Segment,id\nAcme,gold,77\n")
    acme = accounts(with_database)["Acme"]
    assert acme.extra == {"segment": "gold", "id": "77"}
    load(with_database, "name,segment,seats\nAcme,,12\n")
    assert accounts(with_database)["Acme"].extra == {"id": "77", "seats": "12"}


def test_a_column_that_is_not_in_the_file_is_left_as_it_was_and_an_empty_cell_empties(with_database: Program) -> None:
    load(with_database, EVERYTHING)
    load(with_database, "name,tier,contacts,vip\nAcme,,,\n")
    acme = accounts(with_database)["Acme"]
    assert (acme.tier, acme.contacts, acme.vip) == (None, [], False)
    assert (acme.plan, acme.health, acme.csm) == ("enterprise", 82, "ana@example.com")


def test_a_name_of_letters_that_become_many_when_compared_fits_the_database(with_database: Program) -> None:
    said = load(with_database, f"name\n{'ß' * 200}\n{'ﬃ' * 200}\n")
    assert said.out == "imported 2, updated 0, unchanged 0, rejected 0\n"


def test_of_two_rows_with_one_name_the_later_is_rejected(with_database: Program) -> None:
    said = load(with_database, "name,tier\nAcme,strategic\n aCME ,standard\nGlobex,\n")
    assert said.out == "imported 2, updated 0, unchanged 0, rejected 1\n"
    assert said.problems == [
        (
            f"{with_database.folder}/accounts.csv, line 3: 'aCME' is already in line 2; "
            "of two rows with one name the first is taken"
        )
    ]
    assert accounts(with_database)["Acme"].tier == "strategic"


def test_an_account_is_found_again_whatever_its_case_and_takes_the_new_writing(with_database: Program) -> None:
    load(with_database, "name,tier\nACME,strategic\n")
    said = load(with_database, "name,tier\n  Acme ,strategic\n")
    assert said.out == "imported 0, updated 1, unchanged 0, rejected 0\n"
    assert set(accounts(with_database)) == {"Acme"}


def test_names_that_look_the_same_are_the_same_whatever_bytes_they_are(with_database: Program) -> None:
    load(with_database, "name,tier\nSociété Générale,strategic\n")
    said = load(with_database, "name,tier\nSocie\u0301te\u0301\u00a0\u200bGe\u0301ne\u0301rale,strategic\n")
    assert said.out == "imported 0, updated 1, unchanged 0, rejected 0\n"
    said = load(with_database, "name,tier\n\uff21\uff43\uff4d\uff45,\nacme,\n")
    assert said.out == "imported 1, updated 0, unchanged 0, rejected 1\n"


@pytest.mark.parametrize(
    ("names", "note"),
    [
        (['"Beta, Inc."', "Beta Inc"], "“Beta Inc” and “Beta, Inc.” look alike and are kept apart"),
        (["Beta & Co", "Beta and Co"], "“Beta & Co” and “Beta and Co” look alike and are kept apart"),
        (["Delta", "Delta K.K."], "“Delta” and “Delta K.K.” look alike and are kept apart"),
        (["Дельта", "\u041e\u041e\u041e Дельта"], "“Дельта” and “\u041e\u041e\u041e Дельта” look alike"),
        (["ABC", "A B C"], "“A B C” and “ABC” look alike and are kept apart"),
        (["The Gap", "Gap"], "“Gap” and “The Gap” look alike and are kept apart"),
        (["Sankt Peter", "St. Peter"], "“Sankt Peter” and “St. Peter” look alike and are kept apart"),
        (["X LLC", "X L.L.C."], "“X L.L.C.” and “X LLC” look alike and are kept apart"),
        (["Muller", "Müller GmbH"], "“Muller” and “Müller GmbH” look alike and are kept apart"),
        (["Hooli Systems", "Hoolii Systems"], "“Hooli Systems” and “Hoolii Systems” look alike and are kept apart"),
        (["Unit 7 Logistics", "Unit 8 Logistics"], None),
        (["Acme", "Acne"], None),
    ],
)
def test_names_that_look_alike_are_kept_apart_and_named(
    with_sqlite: Program, names: list[str], note: str | None
) -> None:
    load(with_sqlite, f"name\n{names[0]}\n")
    said = load(with_sqlite, f"name\n{names[1]}\n")
    assert said.out == "imported 1, updated 0, unchanged 0, rejected 0\n"
    assert (note in said.err) if note else not said.err


def test_a_file_that_is_not_there_is_wrong_usage(with_sqlite: Program) -> None:
    assert with_sqlite("accounts", "import", "nowhere.csv").status == 2
    assert with_sqlite("accounts", "import", with_sqlite.folder).status == 2
    assert with_sqlite("accounts", "import").status == 2


def test_a_hundred_thousand_rows_are_imported_in_little_memory(with_sqlite: Program) -> None:
    lines = (
        f"Customer {n},c{n}.example,standard,business,{n % 101},2027-03-31,{n}.25,ana@example.com,EMEA,no,"
        f"jo@c{n}.example;sam@c{n}.example,{'x' * 20}\n"
        for n in range(100_000)
    )
    header = "name,domain,tier,plan,health,renewal_on,arr,csm,region,vip,contacts,note\n"
    file = with_sqlite.file("accounts.csv", header + "".join(lines))
    # A process counts the memory of the one that started it as its own, so a small one is started in between.
    script = (
        "import resource, subprocess, sys\n"
        f"subprocess.run([sys.executable, '-m', 'bot', 'accounts', 'import', {str(file)!r}])\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
    )
    said = with_sqlite.script(script)
    summary, mebibytes = said.lines
    assert summary == "imported 100000, updated 0, unchanged 0, rejected 0"
    assert int(mebibytes) < 350


@pytest.fixture
def services(database_url: str) -> Iterator[Services]:
    built = build_services(
        settings.load(database_url=database_url), clock=ManualClock(datetime(2026, 3, 6, tzinfo=UTC))
    )
    yield built
    built.core.close()


def test_more_rows_than_a_transaction_takes_are_counted_together(services: Services) -> None:
    content = "name,tier\n" + "".join(f"Customer {n},{'gold' if n % 1000 == 7 else 'standard'}\n" for n in range(2500))
    first = services.account_import.load(content.encode(), "a.csv")
    assert (first.imported, first.updated, first.unchanged, len(first.rejected)) == (2497, 0, 0, 3)
    assert [row.line for row in first.rejected] == [9, 1009, 2009]
    again = services.account_import.load(content.replace("Customer 5,standard", "Customer 5,").encode(), "a.csv")
    assert (again.imported, again.updated, again.unchanged, len(again.rejected)) == (0, 1, 2496, 3)


def test_an_account_that_is_added_at_the_same_moment_is_brought_in_line(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_moment_too_late(_self: object, _rows: Any) -> Any:
        monkeypatch.undo()
        with services.database.transaction() as tx:
            services.accounts.named(tx, "Acme")
        raise IntegrityError("INSERT", {}, Exception("unique"))

    monkeypatch.setattr(type(services.account_import), "_take", one_moment_too_late)
    result = services.account_import.load(b"name,tier\nAcme,strategic\n", "a.csv")
    assert (result.imported, result.updated) == (0, 1)


def test_what_makes_two_names_one_is_their_case_and_their_blanks() -> None:
    assert same_key("  ACME   Inc ") == same_key("acme inc")
    assert same_key("Straße") == same_key("STRASSE")
    assert same_key("Acme Inc") != same_key("AcmeInc")
