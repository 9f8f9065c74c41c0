"""The doctor looks at years of records while the bot works: neither waits for the other."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot import settings
from bot.app import build_services
from bot.clock import SystemClock
from bot.database.engine import open_engine
from bot.database.transaction import Database
from bot.policy.model.directory import Directory
from bot.services.declaring.declaration import Declaration
from bot.services.operator import broken_rows
from bot.services.operator.doctor import Doctor
from bot.services.operator.findings import Grade
from tests.support.members import meet
from tests.support.statements import watched


def declare(url: str, number: int) -> None:
    services = build_services(settings.load(database_url=url))
    meet(services.database)
    for place in range(number):
        declaration = Declaration(account_id=None, new_account=f"C{place}", summary="Down", level="sev3")
        services.declarations.declare(declaration, by="U01NOOR", request=f"V{place}")
    services.core.close()


def test_it_waits_for_nobody_who_writes(database_url: str) -> None:
    declare(database_url, 1)
    writing, reading = open_engine(database_url), open_engine(database_url, read_only=True)
    with writing.begin() as connection:
        connection.execute(text("UPDATE escalation SET summary = 'Imports are down'"))
        found = Doctor(Database(reading, SystemClock()), Directory()).examine()
    assert [each.state for each in found if each.what == "records"] == [Grade.OK]
    writing.dispose()
    reading.dispose()


def test_it_holds_up_nobody_who_writes(database_url: str) -> None:
    declare(database_url, 1)
    writing, reading = open_engine(database_url), open_engine(database_url, read_only=True)
    with Database(reading, SystemClock()).transaction() as tx:
        assert tx.session.scalar(text("SELECT count(*) FROM escalation")) == 1
        with writing.begin() as connection:
            connection.execute(text("UPDATE escalation SET summary = 'Imports are down'"))
    writing.dispose()
    reading.dispose()


def test_it_can_change_nothing(database_url: str) -> None:
    declare(database_url, 1)
    engine = open_engine(database_url, read_only=True)
    with pytest.raises(DBAPIError), Database(engine, SystemClock()).transaction() as tx:
        tx.session.execute(text("UPDATE escalation SET summary = 'x'"))
    engine.dispose()


def test_it_reads_in_batches_and_finds_the_broken_one_among_many(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(database_url, 25)
    monkeypatch.setattr(broken_rows, "_ROWS", 10)
    monkeypatch.setattr(broken_rows, "_WHOLE", 10)
    engine = open_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE escalation SET level = 'sev9' WHERE id = 23"))
        some = "(SELECT id FROM effect ORDER BY id LIMIT 1 OFFSET 16)"
        connection.execute(text(f"UPDATE effect SET kind = 'teleport' WHERE id = {some}"))  # noqa: S608 - our own
    services = build_services(settings.load(database_url=database_url))
    with watched(engine) as statements:
        found = broken_rows.found(Database(engine, SystemClock()), services.policies)
    services.core.close()
    engine.dispose()
    assert {place.split()[0] for place in found} == {"ESC-23", "effect"}, found
    unbounded = [each for each in statements.run if "LIMIT" not in each and _reads_much(each)]
    assert unbounded == []


def _reads_much(statement: str) -> bool:
    """Return True if a statement may bring more than a batch: it names neither keys nor a limit, and counts nothing."""
    is_bounded = any(part in statement for part in (" IN (", "policy_version", "count(", "SELECT max("))
    return statement.startswith("SELECT") and not is_bounded
