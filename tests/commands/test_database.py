"""Commands with a database that is missing, unreachable, empty or another program's."""

import os
import sqlite3
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from bot.models import REVISION
from tests.commands.program import Program
from tests.support.databases import Postgres

RIGHT = "write sqlite:///escalate.db, or postgresql://user:password@host:5432/name with %40 for an @ in the password.\n"
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
WORDS = (
    ("run",),
    ("accounts", "import", "accounts.csv"),
    ("digest", "--for", "U01MARIA", "--dry-run"),
    ("export", "--format", "csv"),
    ("doctor", "--retry"),
)
_NUMBERS = count(1)


@pytest.fixture(params=WORDS, ids=" ".join)
def command(request: pytest.FixtureRequest, escalate: Program) -> tuple[str, ...]:
    """Hand out each command that needs the database."""
    escalate.file("accounts.csv", "name\nAcme\n")
    escalate.settings |= TOKENS
    words: tuple[str, ...] = request.param
    return words


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "this is not a database URL; " + RIGHT),
        ("postgresql://u:hunter2@h:hunter2/x", "this is not a database URL; " + RIGHT),
        ("postgresql://u:p@[::1/x", "this is not a database URL; " + RIGHT),
        ("mysql://u:hunter2@h/x", "mysql is neither SQLite nor PostgreSQL; " + RIGHT),
        ("postgresql+asyncpg://u:hunter2@h/x", "postgresql+asyncpg is neither SQLite nor PostgreSQL; " + RIGHT),
        ("https://h/x", "https is neither SQLite nor PostgreSQL; " + RIGHT),
        ("sqlite://", "a database in memory keeps nothing; " + RIGHT),
        ("sqlite:///:memory:", "a database in memory keeps nothing; " + RIGHT),
        ("sqlite:////nowhere/at/all.db", "the database can't be used (unable to open database file).\n"),
        (
            "postgresql://127.0.0.1:1/x?hunter2=1",
            'the database can\'t be used (invalid connection option "hunter2").\n',
        ),
    ],
)
def test_an_invalid_address_is_reported_with_a_valid_one(escalate: Program, url: str, says: str) -> None:
    said = escalate("migrate", DATABASE_URL=url)
    assert (said.status, said.out, said.err) == (1, "", f"DATABASE_URL: {says}")


def test_a_password_is_never_repeated(escalate: Program) -> None:
    for url in ("postgresql://u:hunter2@127.0.0.1:1/x", "postgresql://u:hunter2@h:hunter2/x", "oracle://u:hunter2@h/x"):
        said = escalate("migrate", DATABASE_URL=url)
        assert said.status == 1
        assert "hunter2" not in said.err


def test_a_database_that_cannot_be_reached_is_told_by_every_command(
    escalate: Program, command: tuple[str, ...]
) -> None:
    said = escalate(*command, DATABASE_URL="postgresql://127.0.0.1:1/escalate")
    assert (said.status, said.out) == (1, "")
    (line,) = said.problems
    assert line.startswith("DATABASE_URL: the database can't be used (connection failed: ")
    assert "Connection refused" in line


def test_an_empty_database_is_to_be_migrated_first(escalate: Program, command: tuple[str, ...]) -> None:
    (escalate.folder / "empty.db").touch()
    said = escalate(*command, DATABASE_URL=f"sqlite:///{escalate.folder}/empty.db")
    assert (said.status, said.out) == (1, "")
    assert said.err == "The database's tables are not up to date. Run `escalate migrate` first.\n"


def test_tables_of_a_newer_version_are_said_to_be_so(with_sqlite: Program, command: tuple[str, ...]) -> None:
    with sqlite3.connect(str(make_url(with_sqlite.settings["DATABASE_URL"]).database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    said = with_sqlite(*command)
    assert (said.status, said.out) == (1, "")
    assert said.problems == [
        f"The database's tables are those of 9999, this program's are {REVISION}.",
        "A newer version of Escalate has run on this database. Run that version, or restore a backup.",
    ]


def test_a_missing_database_is_not_created(escalate: Program, command: tuple[str, ...]) -> None:
    said = escalate(*command, DATABASE_URL=f"sqlite:///{escalate.folder}/none.db")
    assert (said.status, said.out) == (1, "")
    do = "Run `escalate migrate` to make one there, or correct DATABASE_URL."
    assert said.err == f"There is no database at {escalate.folder}/none.db. {do}\n"
    assert not (escalate.folder / "none.db").exists()


def test_a_file_that_is_not_a_database_is_reported(escalate: Program, command: tuple[str, ...]) -> None:
    file = escalate.file("escalate.db", "This has been a shopping list all the time. " * 10)
    for words in (command, ("migrate",)):
        said = escalate(*words, DATABASE_URL=f"sqlite:///{file}")
        assert (said.status, said.out) == (1, "")
        assert said.err == "DATABASE_URL: the database can't be used (file is not a database).\n"


def test_migrating_says_what_it_did(escalate: Program, folder: Path) -> None:
    url = f"sqlite:///{folder}/new.db"
    assert escalate("migrate", DATABASE_URL=url).out == f"Migrated from nothing to {REVISION}.\n"
    assert escalate("migrate", DATABASE_URL=url).out == f"The database is up to date ({REVISION}).\n"
    assert escalate("migrate").out == f"Migrated from nothing to {REVISION}.\n"
    assert (folder / "escalate.db").exists()


def test_tables_of_a_version_that_is_not_known_are_reported(with_database: Program, database_url: str) -> None:
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    said = with_database("migrate")
    assert (said.status, said.out) == (1, "")
    assert said.err == (
        "DATABASE_URL: the tables can't be migrated (Can't locate revision identified by '9999').\n"
        "A newer version of Escalate has run on this database. Run that version, or restore a backup.\n"
    )


def test_tables_of_somebody_else_are_left_alone(escalate: Program, folder: Path) -> None:
    with sqlite3.connect(folder / "other.db") as connection:
        connection.execute("CREATE TABLE account (id INTEGER)")
    connection.close()
    said = escalate("migrate", DATABASE_URL=f"sqlite:///{folder}/other.db")
    assert (said.status, said.out) == (1, "")
    assert said.err.startswith("DATABASE_URL: the tables can't be migrated (table account already exists")


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Postgres:
    found: Postgres = request.getfixturevalue("_postgres")
    return found


@pytest.fixture
def stranger(server: Postgres) -> Iterator[str]:
    """Hand out the name of somebody who may come in and touch nothing."""
    name = f"stranger_{os.getpid()}_{next(_NUMBERS)}"
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN".encode())
        yield name
        connection.execute(f"DROP ROLE {name}".encode())


def test_a_lack_of_rights_is_reported(
    escalate: Program, command: tuple[str, ...], server: Postgres, stranger: str
) -> None:
    with server.fresh() as url:
        said = escalate(*command, DATABASE_URL=url.replace("postgres:@", f"{stranger}@"))
        assert (said.status, said.out) == (1, "")
        assert said.err == ("DATABASE_URL: the database can't be used (permission denied for table alembic_version).\n")


def test_a_lack_of_rights_to_make_tables_is_reported(escalate: Program, server: Postgres, stranger: str) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {stranger}".encode())
    url = server.url.replace("/postgres?", f"/{stranger}?").replace("postgres:@", f"{stranger}@")
    said = escalate("migrate", DATABASE_URL=url)
    assert (said.status, said.out) == (1, "")
    assert said.problems[0] == ("DATABASE_URL: the tables can't be migrated (permission denied for schema public).")
    assert said.problems[1].startswith("Nothing was changed.")
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {stranger}".encode())
