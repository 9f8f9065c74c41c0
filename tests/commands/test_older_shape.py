"""A database of the right revision with tables of an older shape: missing parts are reported, and added if known."""

from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import create_engine, insert, inspect, text

from bot.commands.migrating import _alembic
from bot.database import schema_check
from bot.models import REVISION
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


def test_missing_tables_and_columns_are_reported_by_doctor_and_run_and_added_by_migrate(
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
    assert mended.lines[1].startswith("Repaired the tables, because ")
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        assert schema_check.differences(connection) == []
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
    assert said.problems[1].startswith("Nothing was changed: ")
    assert "table checklist_tick is missing" in with_database("run", **TOKENS).err, "all or nothing"


def test_a_column_that_this_version_never_fills_is_reported(with_database: Program, database_url: str) -> None:
    with_an_account(database_url)
    change(database_url, "ALTER TABLE account ADD COLUMN mood VARCHAR NOT NULL DEFAULT 'x'")
    assert with_database("migrate").status == 0
    if database_url.startswith("postgresql"):
        change(database_url, "ALTER TABLE account ALTER COLUMN mood DROP DEFAULT")
        says = "column account.mood must have a value, which this version doesn't write"
        assert says in with_database("migrate").err
        assert says in with_database("run", **TOKENS).err


def test_such_a_column_of_a_table_without_rows_is_dropped(with_database: Program, database_url: str) -> None:
    if database_url.startswith("postgresql"):
        change(database_url, "ALTER TABLE consent ADD COLUMN details VARCHAR NOT NULL")
    else:
        definition = "details VARCHAR NOT NULL, PRIMARY KEY (escalation_id, consent)"
        columns = "escalation_id INTEGER, consent VARCHAR, how TEXT, waived BOOLEAN, by VARCHAR, at DATETIME"
        change(database_url, "DROP TABLE consent", f"CREATE TABLE consent ({columns}, {definition})")
    assert "column consent.details must have a value" in with_database("run", **TOKENS).err
    assert with_database("migrate").status == 0
    assert with_database("migrate").out == f"The database is up to date ({REVISION}).\n"


def test_a_lost_unique_constraint_is_restored(with_database: Program, database_url: str) -> None:
    if database_url.startswith("postgresql"):
        change(database_url, "ALTER TABLE timer DROP CONSTRAINT uq_timer_key")
    else:
        change(database_url, "CREATE TABLE another AS SELECT * FROM timer", "DROP TABLE timer")
        change(database_url, "ALTER TABLE another RENAME TO timer")
    assert "constraint uq_timer_key is missing" in with_database("migrate").out
    assert with_database("migrate").out == f"The database is up to date ({REVISION}).\n"


# What the first edition of the first migration did not have yet, and what later migrations build on: columns that they
# fill others from, an index that they drop.
EARLIER = (
    "DROP INDEX ix_slot_person",
    "ALTER TABLE escalation DROP COLUMN accepted",
    "ALTER TABLE escalation DROP COLUMN weighed_at",
    "ALTER TABLE escalation DROP COLUMN tags",
    "DROP TABLE checklist_tick",
)


def to_the_first(url: str, *statements: str) -> None:
    """Go back to the first revision, with an account in it, and then to an earlier edition of it."""
    command.downgrade(_alembic(url), "0001")
    now = "'2026-03-06 15:00:00'"
    change(
        url,
        "INSERT INTO account (id, name, name_key, vip, dedicated_csm, contacts, extra, created_at, updated_at)"  # noqa: S608 - our own words
        f" VALUES (1, 'Acme', 'acme', false, false, '[]', '{{}}', {now}, {now})",
        *statements,
    )


def as_it_is(url: str) -> object:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        found = inspect(connection)
        columns = {name: [each["name"] for each in of] for (_, name), of in found.get_multi_columns().items()}
        indexes = {
            name: sorted(str(each["name"]) for each in of) for (_, name), of in found.get_multi_indexes().items()
        }
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        accounts = connection.execute(text("SELECT id, name FROM account")).all()
    engine.dispose()
    return columns, indexes, revision, accounts


def test_an_early_database_is_mended_before_the_migrations_that_build_on_it(
    with_database: Program, database_url: str
) -> None:
    to_the_first(database_url, *EARLIER)
    done = with_database("migrate")
    assert done.lines[0] == f"Migrated from 0001 to {REVISION}."
    for what in ("column escalation.accepted", "table checklist_tick", "index ix_slot_person"):
        assert f"{what} is missing" in done.lines[1]
    assert with_database("migrate").out == f"The database is up to date ({REVISION}).\n"


def test_a_mend_that_needs_a_person_leaves_an_early_database_as_it_was(
    with_database: Program, database_url: str
) -> None:
    to_the_first(database_url, *EARLIER, "ALTER TABLE account DROP COLUMN created_at")
    before = as_it_is(database_url)
    said = with_database("migrate")
    assert (said.status, said.out) == (1, "")
    assert said.problems[0] == "DATABASE_URL: column account.created_at is missing."
    assert said.problems[1].startswith("Nothing was changed: ")
    assert said.problems[1].endswith("Then run `escalate migrate` again.")
    assert as_it_is(database_url) == before
    kind = "TIMESTAMPTZ" if database_url.startswith("postgresql") else "DATETIME"
    change(database_url, f"ALTER TABLE account ADD COLUMN created_at {kind} NOT NULL DEFAULT '2026-03-06 15:00:00'")
    assert with_database("migrate").lines[0] == f"Migrated from 0001 to {REVISION}."
    assert with_database("migrate").out == f"The database is up to date ({REVISION}).\n"


def test_a_migration_that_breaks_says_what_to_do_and_leaves_an_early_database_as_it_was(
    with_database: Program, database_url: str
) -> None:
    to_the_first(database_url, *EARLIER, "CREATE TABLE form_sent (form VARCHAR(64) PRIMARY KEY)")
    before = as_it_is(database_url)
    said = with_database("migrate")
    assert (said.status, said.out) == (1, "")
    assert "form_sent" in said.problems[0]
    assert "already exists" in said.problems[0]
    assert said.problems[1].startswith("Nothing was changed. Back up the database")
    assert as_it_is(database_url) == before
    change(database_url, "DROP TABLE form_sent")
    assert with_database("migrate").lines[0] == f"Migrated from 0001 to {REVISION}."
    assert with_database("migrate").out == f"The database is up to date ({REVISION}).\n"
