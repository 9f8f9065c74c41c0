"""The migrations: one line, up and down, ending at the tables the models describe."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_alembic.config import Config
from pytest_alembic.tests import (
    test_model_definitions_match_ddl,
    test_single_head_revision,
    test_up_down_consistency,
    test_upgrade,
)
from sqlalchemy import Engine

from bot.services.core import open_engine

if TYPE_CHECKING:
    from tests.support.databases import Postgres, Sqlite

__all__ = [
    "test_model_definitions_match_ddl",
    "test_single_head_revision",
    "test_up_down_consistency",
    "test_upgrade",
]


@pytest.fixture
def alembic_config() -> Config:
    migrations = Path(__file__).resolve().parents[1] / "migrations"
    return Config(config_options={"script_location": str(migrations)})


@pytest.fixture(params=["_sqlite", "_postgres"])
def alembic_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    databases: Sqlite | Postgres = request.getfixturevalue(request.param)
    with databases.empty() as url:
        engine = open_engine(url)
        yield engine
        engine.dispose()
