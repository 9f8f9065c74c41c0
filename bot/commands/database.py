"""What the commands need of the database: migrating it, and saying plainly what is wrong with it."""

import contextlib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from bot.errors import BadInput
from bot.services.core import open_engine


def migrate(url: str) -> tuple[str, str]:
    """Bring the tables up to date; returns the revisions before and after."""
    before = revision(url)
    command.upgrade(_alembic(url), "head")
    return before, revision(url)


def revision(url: str) -> str:
    """Return the revision of the tables there are; `nothing` for an empty database."""
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() or "nothing"
    finally:
        engine.dispose()


def require_migrated(url: str) -> None:
    """Raise BadInput when the tables are not those this program knows."""
    if revision(url) != ScriptDirectory.from_config(_alembic(url)).get_current_head():
        raise BadInput(["The database's tables are not up to date. Run `escalate migrate` first."])


@contextlib.contextmanager
def said_plainly() -> Iterator[None]:
    """Turn a database that cannot be reached, or an address that is none, into a sentence."""
    try:
        yield
    except (ArgumentError, NoSuchModuleError) as error:
        raise BadInput([f"DATABASE_URL: this is no database address ({error})."]) from error
    except OperationalError as error:
        raise BadInput([f"DATABASE_URL: the database cannot be used ({str(error.orig).strip()})."]) from error


def _alembic(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_migrations()))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def _migrations() -> Path:
    """Return where the migrations are: beside the package in a checkout, within it once installed."""
    beside = Path(__file__).resolve().parents[2] / "migrations"
    return beside if (beside / "env.py").exists() else Path(str(files("bot").joinpath("migrations")))
