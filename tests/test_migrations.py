"""The migrations: one line, up and down, ending at the tables the models describe."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from pytest_alembic.config import Config
from pytest_alembic.plugin.fixtures import alembic_runner
from pytest_alembic.tests import (
    test_model_definitions_match_ddl,
    test_single_head_revision,
    test_up_down_consistency,
    test_upgrade,
)
from sqlalchemy import Engine, insert, text
from sqlalchemy.exc import DBAPIError

from bot.database.engine import open_engine
from bot.models import REVISION
from bot.models.account import Account

if TYPE_CHECKING:
    from tests.support.databases import Postgres, Sqlite

__all__ = [
    "alembic_runner",
    "test_model_definitions_match_ddl",
    "test_single_head_revision",
    "test_up_down_consistency",
    "test_upgrade",
]


MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"
NOW = datetime(2026, 3, 6, 15, tzinfo=UTC)
# As sha256sum writes them. A new revision adds its line; the lines that are there never change, because databases
# have gone through those files already.
HASHES = Path(__file__).with_name("migrations.sha256")
ADD_A_LINE = "(cd migrations/versions && sha256sum {name}) >> tests/migrations.sha256"

_HEAD = """
import sqlalchemy as sa
from alembic import op

NOTE = (
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("account_id", sa.Integer(), sa.ForeignKey("account.id")),
)
revision = "9999"
down_revision = "{head}"
branch_labels = None
depends_on = None
"""
# SQLite cannot change a column: Alembic copies the table and drops the old one.
COPIES_A_TABLE = """
def upgrade():
    op.create_table("note", *NOTE)
    op.execute("INSERT INTO note VALUES (1, 1)")
    with op.batch_alter_table("account") as batch:
        batch.alter_column("name", type_=sa.String(length=300))
"""
BREAKS_HALFWAY = """
def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("this is no SQL")
"""
LOSES_A_PARENT = """
def upgrade():
    op.create_table("note", *NOTE)
    op.execute("INSERT INTO note VALUES (1, 1)")
    op.execute("DELETE FROM account")
"""


@pytest.fixture
def alembic_config() -> Config:
    return Config(config_options={"script_location": str(MIGRATIONS)})


@pytest.fixture(params=["_sqlite", "_postgres"])
def alembic_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    databases: Sqlite | Postgres = request.getfixturevalue(request.param)
    with databases.empty() as url:
        engine = open_engine(url)
        yield engine
        engine.dispose()


def test_the_program_knows_the_last_migration() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == REVISION


def test_what_has_landed_is_never_edited() -> None:
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (MIGRATIONS / "versions").glob("*.py")
    }
    landed = {name: digest for digest, name in (line.split() for line in HASHES.read_text().splitlines())}
    assert landed.keys() <= found.keys(), "a landed revision is never taken away"
    for name, digest in sorted(found.items()):
        assert name in landed, f"a new revision: {ADD_A_LINE.format(name=name)}"
        assert landed[name] == digest, f"{name} has landed and must stay as it is: add a new revision"


def _upgrade(engine: Engine, folder: Path, body: str) -> None:
    """Migrate with one more revision after ours."""
    shutil.copytree(MIGRATIONS, folder / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    revision = _HEAD.format(head=REVISION) + body
    (folder / "migrations" / "versions" / "9999_one_more.py").write_text(revision, encoding="utf-8")
    config = AlembicConfig()
    config.set_main_option("script_location", str(folder / "migrations"))
    config.attributes["connection"] = engine
    command.upgrade(config, REVISION)
    with engine.begin() as connection:
        connection.execute(insert(Account).values(id=1, name="Acme", name_key="acme", created_at=NOW, updated_at=NOW))
    command.upgrade(config, "head")


def _rows(engine: Engine, statement: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def test_a_table_that_others_refer_to_can_be_changed(alembic_engine: Engine, folder: Path) -> None:
    _upgrade(alembic_engine, folder, COPIES_A_TABLE)
    assert _rows(alembic_engine, "SELECT id, account_id FROM note") == [(1, 1)]
    with alembic_engine.connect() as connection, pytest.raises(DBAPIError, match=r"(?i)foreign key"):
        connection.execute(text("DELETE FROM account"))


def test_a_migration_that_breaks_off_leaves_the_database_as_it_was(alembic_engine: Engine, folder: Path) -> None:
    with pytest.raises(DBAPIError):
        _upgrade(alembic_engine, folder, BREAKS_HALFWAY)
    assert _rows(alembic_engine, "SELECT version_num FROM alembic_version") == [(REVISION,)]
    with pytest.raises(DBAPIError):
        _rows(alembic_engine, "SELECT id FROM half")


def test_a_migration_that_leaves_rows_without_what_they_refer_to_is_refused(
    alembic_engine: Engine, folder: Path
) -> None:
    with pytest.raises((DBAPIError, CommandError), match=r"foreign key|refer to what is not there: note"):
        _upgrade(alembic_engine, folder, LOSES_A_PARENT)
    assert _rows(alembic_engine, "SELECT id FROM account") == [(1,)]


def test_a_program_that_only_runs_does_not_load_the_migrations() -> None:
    loaded = "import sys, bot.commands.run; print('alembic' in sys.modules)"
    asked = [sys.executable, "-c", loaded]
    assert subprocess.run(asked, capture_output=True, text=True, check=True).stdout == "False\n"  # noqa: S603 - our own words
