"""The accounts file as it is read: headers, cells, line endings, encodings, separators and dates."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from bot.services.accounts.account_file import AccountRow, read
from bot.services.accounts.csv_file import Rejected
from tests.commands.account_import import accounts, load, rejections
from tests.commands.program import Program, Said


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


def test_every_reason_of_a_row_is_reported() -> None:
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
    # It isn't quoted as well.
    assert rejections(f"name,health\nAcme,{'9' * 2001}\n") == [(2, "health has more than 2000 characters")]
    assert rejections(f"name\n{'z' * 2001}\n") == [(2, "name has more than 2000 characters")]


def test_a_row_with_too_few_or_too_many_cells_is_rejected() -> None:
    assert rejections("name,tier,plan\nAcme,strategic\nGlobex,standard,business,x\nInitech,,\n") == [
        (2, "too few cells: 2 where the header has 3"),
        (3, "too many cells: 4 where the header has 3"),
    ]


def test_a_name_that_was_rejected_for_another_reason_does_not_stand_in_the_way() -> None:
    rows = list(read(b"name,tier\nAcme,gold\nacme,strategic\n", "a.csv").rows())
    assert [type(row) for row in rows] == [Rejected, AccountRow]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_files_of_every_system_are_read(ending: str, mark: str) -> None:
    content = f"{mark}name,tier{ending}Société Générale,strategic{ending}株式会社さくら,gold{ending}".encode()
    first, second = read(content, "a.csv").rows()
    assert isinstance(first, AccountRow)
    assert first.name == "Société Générale"
    assert isinstance(second, Rejected)
    assert second.line == 3


def test_quotes_hold_commas_lines_and_quotes() -> None:
    content = 'name,plan\n"Acme, Inc.","the ""big"" one"\n"Two\nlines",x\nGlobex,y,z\n'
    first, second, third = read(content.encode(), "a.csv").rows()
    assert isinstance(first, AccountRow)
    assert (first.line, first.name, first.fields) == (2, "Acme, Inc.", {"plan": 'the "big" one'})
    assert isinstance(second, AccountRow)
    assert (second.line, second.name) == (3, "Two lines")
    assert third == Rejected(5, ("too many cells: 3 where the header has 2",))


def test_an_open_quote_is_reported_with_its_first_line() -> None:
    assert rejections('name,plan\nAcme,x\n"Globex,y\nInitech,z\n') == [
        (3, "this is not CSV (unexpected end of data); is a quotation mark left open in this line?")
    ]
    assert [
        row.name
        for row in read(b'name,plan\n"Globex,y\nInitech,z\nAcme,x\n', "a.csv").rows()
        if isinstance(row, AccountRow)
    ] == [
        "Initech",
        "Acme",
    ]
    late = read(b'name,plan\n"Two\nlines",x\n"Globex,y\nInitech,"z"\nAcme,x\n', "a.csv").rows()
    assert [(row.line, isinstance(row, AccountRow)) for row in late] == [(2, True), (4, False), (5, True), (6, True)]
    assert rejections('name,plan\n"Acme"x,y\nGlobex,z\n') == [
        (2, "this is not CSV (',' expected after '\"'); is a quotation mark left open in this line?")
    ]


def test_blank_lines_are_not_rows() -> None:
    assert [type(row) for row in read(b"name,tier\n\nAcme,\n,\n   \n", "a.csv").rows()] == [AccountRow]


def test_a_file_of_the_header_alone_is_fine(with_sqlite: Program) -> None:
    assert load(with_sqlite, "name,tier\n") == Said(0, "imported 0, updated 0, unchanged 0, rejected 0\n", "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_of_every_kind_is_read_without_a_word(with_sqlite: Program, encoding: str) -> None:
    said = load(with_sqlite, "name,tier\nSociété,strategic\n株式会社さくら,\n".encode(encoding))
    assert said == Said(0, "imported 2, updated 0, unchanged 0, rejected 0\n", "")
    assert set(accounts(with_sqlite)) == {"Société", "株式会社さくら"}


def test_latin_1_is_read_and_reported(with_sqlite: Program) -> None:
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
def test_the_import_reports_a_value_that_is_not_text(with_sqlite: Program, content: bytes, reason: str) -> None:
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
    assert said.problems[0].endswith("line 3: column 4 has no name in the header, but contains 'x'")


def test_empty_cells_may_be_left_out_under_unnamed_columns(with_sqlite: Program) -> None:
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
    assert [row.fields["renewal_on"] for row in rows.rows() if isinstance(row, AccountRow)] == read_as


def test_a_date_that_nothing_in_the_file_explains_is_refused() -> None:
    assert rejections("name,renewal_on\nAcme,03/04/2027\nGlobex,2027-01-31\n") == [
        (2, "renewal_on is '03/04/2027', which can be 03 Apr or 04 Mar; write a date as 2026-12-31")
    ]
    both = rejections("name,renewal_on\nAcme,31/12/2026\nGlobex,12/31/2026\n")
    assert [line for line, _ in both] == [2, 3]
    assert "can be read two ways" in both[0][1]


def test_a_file_of_open_quotation_marks_does_not_take_for_ever() -> None:
    rows = list(read(b"name\n" + b'"a\n' * 20_000, "a.csv").rows())
    assert len(rows) >= 20_000 // 2


@given(content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"name,vip\n{text}".encode()))
@hypothesis(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_whatever_is_in_the_file_the_answer_is_a_summary_or_a_sentence(with_sqlite: Program, content: bytes) -> None:
    said = load(with_sqlite, content)
    assert said.out.startswith("imported ") or said.problems
    assert said.status in {0, 1}
