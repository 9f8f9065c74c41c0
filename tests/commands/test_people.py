"""`escalate people import`: what it stores, changes and refuses."""

from bot.app import build_services
from bot.policy.model.directory import DirectoryPerson
from bot.settings import load
from tests.commands.program import Program, Said


def load_people(escalate: Program, text: str) -> Said:
    return escalate("people", "import", escalate.file("people.csv", text))


def people(escalate: Program) -> dict[str, DirectoryPerson]:
    services = build_services(load(database_url=escalate.settings["DATABASE_URL"]))
    services.directory_changes.refresh()
    found = {person.email: person for person in services.people.directory.people}
    services.core.close()
    return found


def test_people_are_imported_once_and_updated(with_sqlite: Program) -> None:
    text = "email,name,manager,phone\nana@example.com,Ana Ruiz,maria@example.com,+49 30 901820\nBen@example.com,Ben,,\n"
    assert load_people(with_sqlite, text) == Said(0, "imported 2, updated 0, unchanged 0, rejected 0\n", "")
    assert load_people(with_sqlite, text).out == "imported 0, updated 0, unchanged 2, rejected 0\n"
    said = load_people(with_sqlite, "E-mail;Full name\nben@example.com;Ben Okafor\n")
    assert said.out == "imported 0, updated 1, unchanged 0, rejected 0\n"
    found = people(with_sqlite)
    assert found["ana@example.com"].phone == "+4930901820"
    assert found["ana@example.com"].manager == "maria@example.com"
    assert found["ben@example.com"].name == "Ben Okafor"


def test_rows_that_cannot_be_used_are_named_by_line_and_reason(with_sqlite: Program) -> None:
    text = "email,phone,shoe size\nana@example.com,901820,4\n,,\nbob,,4\nben@example.com,,4\nBEN@example.com,,4\nx,y\n"
    said = load_people(with_sqlite, text)
    file = with_sqlite.folder / "people.csv"
    assert said.status == 1
    assert said.out == "imported 1, updated 0, unchanged 0, rejected 4\n"
    assert said.problems == [
        f"{file}, line 2: phone: '901820' is not a phone number: write it with its country, such as +49 30 901820.",
        f"{file}, line 4: email is 'bob'; it is an e-mail address",
        f"{file}, line 6: email BEN@example.com stands in an earlier row",
        f"{file}, line 7: it has 2 cells, the header has 3",
        f"{file}: these columns aren't used: shoe_size",
    ]


def test_empty_columns_that_a_spreadsheet_adds_do_not_count(with_database: Program) -> None:
    said = load_people(
        with_database, "email,name,,\nana@example.com,Ana Ruiz\nben@example.com,Ben,,,,\nx@example.com,a\0b\n"
    )
    assert said.out == "imported 2, updated 0, unchanged 0, rejected 1\n"
    assert said.problems[0].endswith("line 4: it holds a NUL character")


def test_a_file_without_addresses_is_refused(with_sqlite: Program) -> None:
    said = load_people(with_sqlite, "name\nAna\n")
    assert said.status == 1
    assert "there is no column email" in said.err


def test_the_directory_file_wins_and_the_import_says_so(with_sqlite: Program) -> None:
    path = with_sqlite.file("directory.yml", "people: [{email: ana@example.com, name: Ana of the file}]\n")
    with_sqlite.settings["ESCALATE_DIRECTORY"] = str(path)
    said = load_people(with_sqlite, "email,name\nana@example.com,Ana of the import\n")
    assert "1 of these people are in the directory file too, which wins" in said.err
