"""A database of the right revision with tables of an older shape: what is missing is told, and added if it is known."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, insert, inspect, text

from bot.models import REVISION, shape
from bot.models.account import Account
from tests.commands.program import Program

NOW = datetime(2026, 3, 6, 15, tzinfo=UTC)
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
RUN_IT = "Run `escalate migrate`: it adds what can be added, and says what can't."
DROPPED = (
    "DROP TABLE checklist_tick",
    "DROP INDEX ix_effect_ready",
    "ALTER TABLE account DROP COLUMN plan",
)


def with_an_account(url: str) -> None:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(insert(Account).values(id=1, name="Acme", name_key="acme", created_at=NOW, updated_at=NOW))
    engine.dispose()


def change(url: str, *statements: str) -> None:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_a_database_as_it_is_migrated_has_no_difference(with_database: Program) -> None:
    assert with_database("migrate").out == f"The database is up to date ({REVISION}).\n"
    assert with_database("doctor").out.count("are not those of this version") == 0


def test_what_is_missing_is_told_by_doctor_and_run_and_added_by_migrate(
    with_database: Program, database_url: str
) -> None:
    with_an_account(database_url)
    change(database_url, *DROPPED)
    if database_url.startswith("postgresql"):  # SQLite drops no column that refers to another table
        change(database_url, "ALTER TABLE escalation DROP COLUMN incident_id")
    told = with_database("run", **TOKENS)
    assert (told.status, told.out) == (1, "")
    first, second = told.problems
    assert first.startswith("The database's tables are not those of this version: ")
    for what in (
        "table checklist_tick is missing",
        "index ix_effect_ready is missing",
        "column account.plan is missing",
        *(("column escalation.incident_id is missing",) if database_url.startswith("postgresql") else ()),
    ):
        assert what in first
    assert second == RUN_IT
    examined = " ".join(with_database("doctor").out.split())
    assert "table checklist_tick is missing" in examined
    assert RUN_IT in examined
    mended = with_database("migrate")
    assert mended.status == 0
    assert mended.lines[0] == f"The database is up to date ({REVISION})."
    assert mended.lines[1].startswith("Mended, because ")
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        assert shape.differences(connection) == []
        assert connection.execute(text("SELECT id, plan FROM account")).all() == [(1, None)]
        assert any(key["referred_table"] == "incident" for key in inspect(connection).get_foreign_keys("escalation"))
    engine.dispose()
    assert with_database("migrate").out == f"The database is up to date ({REVISION}).\n"


def test_a_column_that_new_rows_fill_by_themselves_is_filled_in_the_old_ones(
    with_database: Program, database_url: str
) -> None:
    change(database_url, "ALTER TABLE effect DROP COLUMN losses")
    assert "column effect.losses is missing" in with_database("migrate").out
    assert with_database("migrate").out == f"The database is up to date ({REVISION}).\n"


@pytest.mark.parametrize("is_empty", [True, False])
def test_a_value_that_nobody_knows_is_not_guessed(with_database: Program, database_url: str, *, is_empty: bool) -> None:
    if not is_empty:
        with_an_account(database_url)
    change(database_url, "ALTER TABLE account DROP COLUMN created_at", "DROP TABLE checklist_tick")
    said = with_database("migrate")
    if is_empty:
        assert said.status == 0
        return
    assert (said.status, said.out) == (1, "")
    assert said.problems[0] == "DATABASE_URL: column account.created_at is missing."
    assert said.problems[1].startswith("Nothing was changed, because")
    assert "table checklist_tick is missing" in with_database("run", **TOKENS).err, "all or nothing"


def test_a_column_that_this_version_never_fills_is_told(with_database: Program, database_url: str) -> None:
    change(database_url, "ALTER TABLE checklist_tick ADD COLUMN mood VARCHAR NOT NULL DEFAULT 'x'")
    assert with_database("migrate").status == 0
    if database_url.startswith("postgresql"):
        change(database_url, "ALTER TABLE checklist_tick ALTER COLUMN mood DROP DEFAULT")
        says = "column checklist_tick.mood must have a value, which this version doesn't write"
        assert says in with_database("migrate").err
        assert says in with_database("run", **TOKENS).err
