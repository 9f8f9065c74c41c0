"""Every command is called in an empty folder, with no setting from outside."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.program import SETTINGS, Program
from tests.support.engines import kept_engines


@pytest.fixture
def escalate(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Hand out the program, without a database of its own."""
    monkeypatch.chdir(folder)
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    return Program(folder)


@pytest.fixture
def with_database(escalate: Program, database_url: str) -> Iterator[Program]:
    """Hand out the program on a migrated database; a test that asks for it runs on both."""
    escalate.settings["DATABASE_URL"] = database_url
    with kept_engines():
        yield escalate


@pytest.fixture
def with_sqlite(escalate: Program, sqlite_url: str) -> Iterator[Program]:
    """Hand out the program on a migrated SQLite database, where one database is enough."""
    escalate.settings["DATABASE_URL"] = sqlite_url
    with kept_engines():
        yield escalate
