"""`escalate accounts import`, by the rules of the interface: each rule a test, each bad row its line and reason."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot import settings
from bot.app import build_services
from bot.clock import ManualClock
from bot.database.transaction import open_engine
from bot.models.account import Account
from bot.policy.account_names import same_key
from bot.services.accounts.account_file import Rejected, Row, read
from bot.services.bundle import Services
from tests.commands.program import Program, Said

EVERYTHING = (
    "name,domain,tier,plan,health,renewal_on,arr,csm,manager,region,vip,dedicated_csm,area,slack_channel,contacts,crm_url\n"
    "Acme,acme.example,Strategic,enterprise,82,2027-03-31,480000.5,ANA@example.com,U01MARIA,AMER,yes,TRUE,exports,"
    "#acme,jo@acme.example; sam@acme.example;,https://crm.example/acme\n"
)


def load(escalate: Program, content: str | bytes, **settings: str) -> Said:
    return escalate("accounts", "import", escalate.file("accounts.csv", content), **settings)


def accounts(escalate: Program) -> dict[str, Account]:
    engine = open_engine(escalate.settings["DATABASE_URL"])
    with Session(engine) as session:
        found = {account.name: account for account in session.scalars(select(Account))}
    engine.dispose()
    return found


def rejections(content: str) -> list[tuple[int, str]]:
    """Return line and reasons of the rows that are rejected."""
    return [
        (row.line, "; ".join(row.reasons))
        for row in read(content.encode(), "a.csv").rows()
        if isinstance(row, Rejected)
    ]


# The summary.


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
def test_an_amount_is_the_same_when_it_comes_again(with_database: Program, arr: str) -> None:
    load(with_database, f"name,arr\nAcme,{arr}\n")
    assert load(with_database, f"name,arr\nAcme,{arr}\n").out == "imported 0, updated 0, unchanged 1, rejected 0\n"


# The columns.


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


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("", "line 1: the header has no column `name`, the only one that is required."),
        ("client,tier", "line 1: the header has no column `name`, the only one that is required."),
        (
            "Account Name;tier",
            "line 1: the header has no column `name`, the only one that is required. Rename `Account Name` to `name`.",
        ),
        ("name,Tier,tier", "line 1: the column `tier` occurs twice in the header."),
        ("name,ti\0er", "line 1: the header holds a NUL character; save the file as CSV in UTF-8."),
        ('name,"tier', "line 1: the header is not CSV (unexpected end of data)."),
    ],
)
def test_a_header_that_cannot_be_used_is_answered_and_nothing_is_loaded(
    with_sqlite: Program, header: str, reason: str
) -> None:
    said = load(with_sqlite, f"{header}\nAcme,strategic\n")
    assert (said.status, said.out) == (1, "")
    assert said.err.endswith(f"{reason}\n")
    assert accounts(with_sqlite) == {}


# The cells.


@pytest.mark.parametrize(
    "column", ["tier", "health", "renewal_on", "arr", "csm", "vip", "contacts", "crm_url", "domain"]
)
def test_any_cell_but_the_name_may_be_empty(column: str) -> None:
    assert rejections(f"name,{column}\nAcme,\nGlobex,  \n") == []


@pytest.mark.parametrize(
    ("column", "good"),
    [
        ("tier", ["strategic", "Enterprise", "STANDARD"]),
        ("health", ["0", "7", "100", "70.0", "70,0", "70 %", "70%"]),
        ("renewal_on", ["2027-03-31", "2028-02-29", "2027-03-31T00:00:00", "31.03.2027"]),
        ("arr", ["0", "120000", "120000.50", "$120", "1e5", "0.500", "1,234,567.5", "1 234 567", "USD 5"]),
        ("csm", ["ana@example.com", "U01ANA", "W012A3CDE"]),
        ("manager", ["maria.lee+cs@mail.example.com"]),
        ("vip", ["true", "false", "yes", "no", "1", "0", "True", "NO", "Yes", "1.0", "y"]),
        ("dedicated_csm", ["true", "0"]),
        ("contacts", ["jo@acme.example", "jo@acme.example;sam@acme.example"]),
        ("crm_url", ["https://crm.example/1", "http://crm.example"]),
    ],
)
def test_a_cell_that_says_what_its_column_wants_is_taken(column: str, good: list[str]) -> None:
    assert rejections(f"name,{column}\n" + "".join(f'Customer {n},"{cell}"\n' for n, cell in enumerate(good))) == []


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("tier", "gold", "tier is 'gold'; it may be strategic, enterprise, standard or empty"),
        ("health", "-1", "health is '-1'; it is a whole number from 0 to 100"),
        ("health", "101", "health is '101'; it is a whole number from 0 to 100"),
        ("health", "54.5", "health is '54.5'; it is a whole number from 0 to 100"),
        ("health", "0.7", "health is '0.7'; it is a whole number from 0 to 100"),
        ("health", "\uff19", "health is '\uff19'; it is a whole number from 0 to 100"),
        ("renewal_on", "31.13.2027", "renewal_on is '31.13.2027'; write a date as 2026-12-31"),
        ("renewal_on", "31/12/26", "renewal_on is '31/12/26'; write a date as 2026-12-31"),
        ("renewal_on", "2027-3-1", "renewal_on is '2027-3-1'; write a date as 2026-12-31"),
        ("renewal_on", "20270301", "renewal_on is '20270301'; write a date as 2026-12-31"),
        ("renewal_on", "2027-02-29", "renewal_on is '2027-02-29'; write a date as 2026-12-31"),
        ("renewal_on", "2027-03-01T10:00", "renewal_on is '2027-03-01T10:00'; write a date as 2026-12-31"),
        ("arr", "1.234", "arr is '1.234', which can be 1234 or 1.234; write 120000 or 120000.50"),
        ("arr", "$12.345", "arr is '$12.345', which can be 12345 or 12.345; write 120000 or 120000.50"),
        ("arr", "1.234.5", "arr is '1.234.5'; write an amount as 120000 or 120000.50"),
        ("arr", "120k", "arr is '120k'; write an amount as 120000 or 120000.50"),
        ("arr", "-1", "arr is '-1'; write an amount as 120000 or 120000.50"),
        ("arr", "NaN", "arr is 'NaN'; write an amount as 120000 or 120000.50"),
        ("arr", "1e400", "arr is '1e400'; write an amount as 120000 or 120000.50"),
        ("arr", "100000000000000", "arr is '100000000000000'; write an amount as 120000 or 120000.50"),
        ("csm", "Ana Ruiz", "csm is 'Ana Ruiz'; write an e-mail address or a Slack id such as U01ANA"),
        ("csm", "@ana", "csm is '@ana'; write an e-mail address or a Slack id such as U01ANA"),
        ("manager", "u01ana", "manager is 'u01ana'; write an e-mail address or a Slack id such as U01ANA"),
        ("vip", "maybe", "vip is 'maybe'; it may be true, false, yes, no, 1, 0 or empty"),
        ("dedicated_csm", "2", "dedicated_csm is '2'; it may be true, false, yes, no, 1, 0 or empty"),
        ("contacts", "jo@acme.example;sam", "contacts holds 'sam'; write e-mail addresses with ; between them"),
        ("crm_url", "crm.example/1", "crm_url is 'crm.example/1'; write an address that begins with https://"),
        ("crm_url", "javascript:x", "crm_url is 'javascript:x'; write an address that begins with https://"),
        ("plan", "a\0b", "plan holds a NUL character"),
        ("segment", "a\0b", "segment holds a NUL character"),
    ],
)
def test_a_cell_that_cannot_be_used_rejects_its_row_with_the_reason(column: str, cell: str, reason: str) -> None:
    assert rejections(f"name,{column}\nAcme,{cell}\n") == [(2, reason)]


def test_every_reason_of_a_row_is_told() -> None:
    assert rejections("name,tier,vip\n,gold,maybe\n") == [
        (
            2,
            (
                "name is empty; tier is 'gold'; it may be strategic, enterprise, standard or empty; "
                "vip is 'maybe'; it may be true, false, yes, no, 1, 0 or empty"
            ),
        )
    ]


def test_a_name_has_at_most_200_characters_and_any_other_cell_2000() -> None:
    assert rejections(f"name,plan,note\n{'x' * 200},{'y' * 2000},{'z' * 2000}\n") == []
    assert rejections(f"name\n{'x' * 201}\n") == [(2, "name has more than 200 characters")]
    assert rejections(f"name,plan\nAcme,{'y' * 2001}\n") == [(2, "plan has more than 2000 characters")]
    assert rejections(f"name,note\nAcme,{'z' * 2001}\n") == [(2, "note has more than 2000 characters")]


def test_a_name_of_letters_that_become_many_when_compared_fits_the_database(with_database: Program) -> None:
    said = load(with_database, f"name\n{'ß' * 200}\n{'ﬃ' * 200}\n")
    assert said.out == "imported 2, updated 0, unchanged 0, rejected 0\n"


def test_a_row_with_too_few_or_too_many_cells_is_rejected() -> None:
    assert rejections("name,tier,plan\nAcme,strategic\nGlobex,standard,business,x\nInitech,,\n") == [
        (2, "too few cells: 2 where the header has 3"),
        (3, "too many cells: 4 where the header has 3"),
    ]


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


def test_a_name_that_was_rejected_for_another_reason_does_not_stand_in_the_way() -> None:
    rows = list(read(b"name,tier\nAcme,gold\nacme,strategic\n", "a.csv").rows())
    assert [type(row) for row in rows] == [Rejected, Row]


def test_an_account_is_found_again_whatever_its_case_and_takes_the_new_writing(with_database: Program) -> None:
    load(with_database, "name,tier\nACME,strategic\n")
    said = load(with_database, "name,tier\n  Acme ,strategic\n")
    assert said.out == "imported 0, updated 1, unchanged 0, rejected 0\n"
    assert set(accounts(with_database)) == {"Acme"}


# The file.


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_files_of_every_system_are_read(ending: str, mark: str) -> None:
    content = f"{mark}name,tier{ending}Société Générale,strategic{ending}株式会社さくら,gold{ending}".encode()
    first, second = read(content, "a.csv").rows()
    assert isinstance(first, Row)
    assert first.name == "Société Générale"
    assert isinstance(second, Rejected)
    assert second.line == 3


def test_quotes_hold_commas_lines_and_quotes() -> None:
    content = 'name,plan\n"Acme, Inc.","the ""big"" one"\n"Two\nlines",x\nGlobex,y,z\n'
    first, second, third = read(content.encode(), "a.csv").rows()
    assert isinstance(first, Row)
    assert (first.line, first.name, first.fields) == (2, "Acme, Inc.", {"plan": 'the "big" one'})
    assert isinstance(second, Row)
    assert (second.line, second.name) == (3, "Two lines")
    assert third == Rejected(5, ("too many cells: 3 where the header has 2",))


def test_a_quote_left_open_is_told_by_the_line_it_begins_in() -> None:
    assert rejections('name,plan\nAcme,x\n"Globex,y\nInitech,z\n') == [
        (3, "this is not CSV (unexpected end of data); is a quotation mark left open in this line?")
    ]
    assert [
        row.name for row in read(b'name,plan\n"Globex,y\nInitech,z\nAcme,x\n', "a.csv").rows() if isinstance(row, Row)
    ] == [
        "Initech",
        "Acme",
    ]
    late = read(b'name,plan\n"Two\nlines",x\n"Globex,y\nInitech,"z"\nAcme,x\n', "a.csv").rows()
    assert [(row.line, isinstance(row, Row)) for row in late] == [(2, True), (4, False), (5, True), (6, True)]
    assert rejections('name,plan\n"Acme"x,y\nGlobex,z\n') == [
        (2, "this is not CSV (',' expected after '\"'); is a quotation mark left open in this line?")
    ]


def test_blank_lines_are_no_rows() -> None:
    assert [type(row) for row in read(b"name,tier\n\nAcme,\n,\n   \n", "a.csv").rows()] == [Row]


def test_a_file_of_the_header_alone_is_fine(with_sqlite: Program) -> None:
    assert load(with_sqlite, "name,tier\n") == Said(0, "imported 0, updated 0, unchanged 0, rejected 0\n", "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_of_every_kind_is_read_without_a_word(with_sqlite: Program, encoding: str) -> None:
    said = load(with_sqlite, "name,tier\nSociété,strategic\n株式会社さくら,\n".encode(encoding))
    assert said == Said(0, "imported 2, updated 0, unchanged 0, rejected 0\n", "")
    assert set(accounts(with_sqlite)) == {"Société", "株式会社さくら"}


def test_latin_1_is_read_and_told(with_sqlite: Program) -> None:
    said = load(with_sqlite, "name;arr\nMüller & Söhne;€1.234,50\n".encode("cp1252"))
    assert said.out == "imported 1, updated 0, unchanged 0, rejected 0\n"
    assert [line.partition("accounts.csv: ")[2] for line in said.problems] == [
        "it is not UTF-8 and was read as Windows-1252 (Latin-1): check the names with accents",
        "cells are separated by semicolons",
    ]
    assert accounts(with_sqlite)["Müller & Söhne"].arr == Decimal("1234.50")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x50\x4b\x03\x04\xff\xfe workbook", "accounts.csv: this is an Excel workbook; save it as CSV in UTF-8."),
        (b"name\n\x00\x81\xff", "accounts.csv, line 2: this is not text; save the file as CSV in UTF-8."),
        (b"\xff\xfename", "accounts.csv, line 1: the header has no column `name`, the only one that is required."),
    ],
)
def test_what_is_no_text_is_told(with_sqlite: Program, content: bytes, reason: str) -> None:
    said = load(with_sqlite, content)
    assert (said.status, said.out) == (1, "")
    assert said.err.endswith(f"/{reason}\n")


@pytest.mark.parametrize(
    ("content", "note"),
    [
        ("name;tier\nAcme;strategic\n", ["cells are separated by semicolons"]),
        ("name\ttier\nAcme\tstrategic\n", ["cells are separated by tabs"]),
        ("name|tier\nAcme|strategic\n", ["cells are separated by vertical bars"]),
        ("sep=;\nname;tier\nAcme;strategic\n", ["cells are separated by semicolons"]),
        ("sep=,\nname,tier\nAcme,strategic\n", []),
        ('name,tier\n"Acme",strategic\n', []),
    ],
)
def test_any_usual_separator_is_read(with_sqlite: Program, content: str, note: list[str]) -> None:
    said = load(with_sqlite, content)
    assert said.out == "imported 1, updated 0, unchanged 0, rejected 0\n"
    assert [line.partition("accounts.csv: ")[2] for line in said.problems] == note
    assert accounts(with_sqlite)["Acme"].tier == "strategic"


def test_empty_columns_that_a_spreadsheet_adds_do_not_count(with_sqlite: Program) -> None:
    said = load(with_sqlite, "name,tier,,\nZeta Co,strategic,,\nEta Co,,,x\nTheta Co,,,,,\n")
    assert said.out == "imported 2, updated 0, unchanged 0, rejected 1\n"
    assert said.problems[0].endswith("line 3: column 4 has no name in the header, and 'x' stands in it")


def test_empty_cells_left_out_under_columns_without_a_name_are_no_fault(with_sqlite: Program) -> None:
    said = load(with_sqlite, "name,tier,,\nZeta Co,strategic,,\nEta Co,standard\n")
    assert said.out == "imported 2, updated 0, unchanged 0, rejected 0\n"


@pytest.mark.parametrize(("header", "meant"), [("HealthScore", "health"), ("V.I.P.", "vip"), ("CSM E-mail", "csm")])
def test_a_header_that_is_put_together_in_another_way_is_recognised(
    with_sqlite: Program, header: str, meant: str
) -> None:
    said = load(with_sqlite, f"name,{header}\nDelta Co,1\n")
    assert f"`{header}` (did you mean `{meant}`?)" in said.err


def test_columns_that_mean_nothing_are_named_with_what_is_probably_meant(with_sqlite: Program) -> None:
    said = load(with_sqlite, "name,Health Score,Renewal On,csm,Seats\nDelta Co,40,2026-12-15,ana@example.com,7\n")
    assert said.out == "imported 1, updated 0, unchanged 0, rejected 0\n"
    assert said.err.endswith(
        "accounts.csv: kept as extra facts: `Health Score` (did you mean `health`?), "
        "`Renewal On` (did you mean `renewal_on`?), `Seats`\n"
    )
    assert accounts(with_sqlite)["Delta Co"].extra == {"health score": "40", "renewal on": "2026-12-15", "seats": "7"}


@pytest.mark.parametrize(
    ("cells", "read_as"),
    [
        (["31/12/2026", "03/04/2027"], [date(2026, 12, 31), date(2027, 4, 3)]),
        (["12/31/2026", "03/04/2027"], [date(2026, 12, 31), date(2027, 3, 4)]),
        (["03/04/2027", "31-12-2026"], [date(2027, 4, 3), date(2026, 12, 31)]),
        (["31.12.2026", "3.4.2027"], [date(2026, 12, 31), date(2027, 4, 3)]),
        (["05/05/2027", "2026-12-31 00:00:00"], [date(2027, 5, 5), date(2026, 12, 31)]),
    ],
)
def test_the_whole_file_tells_whether_dates_begin_with_the_day(cells: list[str], read_as: list[date]) -> None:
    rows = read(b"name,renewal_on\n" + "".join(f"C{n},{c}\n" for n, c in enumerate(cells)).encode(), "a.csv")
    assert [row.fields["renewal_on"] for row in rows.rows() if isinstance(row, Row)] == read_as


def test_a_date_that_nothing_in_the_file_explains_is_refused() -> None:
    assert rejections("name,renewal_on\nAcme,03/04/2027\nGlobex,2027-01-31\n") == [
        (2, "renewal_on is '03/04/2027', which can be 03 Apr or 04 Mar; write a date as 2026-12-31")
    ]
    both = rejections("name,renewal_on\nAcme,31/12/2026\nGlobex,12/31/2026\n")
    assert [line for line, _ in both] == [2, 3]
    assert "can be read two ways" in both[0][1]


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


def test_a_file_of_open_quotation_marks_does_not_take_for_ever() -> None:
    rows = list(read(b"name\n" + b'"a\n' * 20_000, "a.csv").rows())
    assert len(rows) >= 20_000 // 2


@given(content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"name,vip\n{text}".encode()))
@hypothesis(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_whatever_is_in_the_file_the_answer_is_a_summary_or_a_sentence(with_sqlite: Program, content: bytes) -> None:
    said = load(with_sqlite, content)
    assert said.out.startswith("imported ") or said.problems
    assert said.status in {0, 1}


def test_a_file_that_is_not_there_is_wrong_usage(with_sqlite: Program) -> None:
    assert with_sqlite("accounts", "import", "nowhere.csv").status == 2
    assert with_sqlite("accounts", "import", with_sqlite.folder).status == 2
    assert with_sqlite("accounts", "import").status == 2


# Many rows.


def test_a_hundred_thousand_rows_are_imported_in_little_memory(with_sqlite: Program) -> None:
    lines = (
        f"Customer {n},c{n}.example,standard,business,{n % 101},2027-03-31,{n}.25,ana@example.com,EMEA,no,"
        f"jo@c{n}.example;sam@c{n}.example,{'x' * 20}\n"
        for n in range(100_000)
    )
    header = "name,domain,tier,plan,health,renewal_on,arr,csm,region,vip,contacts,note\n"
    file = with_sqlite.file("accounts.csv", header + "".join(lines))
    # A process counts the memory of the one that started it as its own, so a small one stands between.
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
    first = services.accounts.load(content.encode(), "a.csv")
    assert (first.imported, first.updated, first.unchanged, len(first.rejected)) == (2497, 0, 0, 3)
    assert [row.line for row in first.rejected] == [9, 1009, 2009]
    again = services.accounts.load(content.replace("Customer 5,standard", "Customer 5,").encode(), "a.csv")
    assert (again.imported, again.updated, again.unchanged, len(again.rejected)) == (0, 1, 2496, 3)


def test_an_account_that_is_added_at_the_same_moment_is_brought_in_line(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_moment_too_late(_self: object, _rows: Any) -> Any:
        monkeypatch.undo()
        with services.database.transaction() as tx:
            services.accounts.named(tx, "Acme")
        raise IntegrityError("INSERT", {}, Exception("unique"))

    monkeypatch.setattr(type(services.accounts), "_take", one_moment_too_late)
    result = services.accounts.load(b"name,tier\nAcme,strategic\n", "a.csv")
    assert (result.imported, result.updated) == (0, 1)


def test_what_makes_two_names_one_is_their_case_and_their_blanks() -> None:
    assert same_key("  ACME   Inc ") == same_key("acme inc")
    assert same_key("Straße") == same_key("STRASSE")
    assert same_key("Acme Inc") != same_key("AcmeInc")
