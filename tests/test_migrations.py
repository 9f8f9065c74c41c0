"""The migrations: one line, up and down, ending at the tables the models describe."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.script import ScriptDirectory
from pytest_alembic.config import Config
from pytest_alembic.tests import (
    test_model_definitions_match_ddl,
    test_single_head_revision,
    test_up_down_consistency,
    test_upgrade,
)
from sqlalchemy import Engine

from bot.models import REVISION
from bot.services.core import open_engine

if TYPE_CHECKING:
    from tests.support.databases import Postgres, Sqlite

__all__ = [
    "test_model_definitions_match_ddl",
    "test_single_head_revision",
    "test_up_down_consistency",
    "test_upgrade",
]


MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"


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


def test_a_program_that_only_runs_does_not_load_the_migrations() -> None:
    loaded = "import sys, bot.commands.run; print('alembic' in sys.modules)"
    asked = [sys.executable, "-c", loaded]
    assert subprocess.run(asked, capture_output=True, text=True, check=True).stdout == "False\n"  # noqa: S603 - our own words
