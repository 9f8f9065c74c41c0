"""What the commands need of the database: migrating it, and saying plainly what is wrong with it."""

import contextlib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from bot.errors import BadInput
from bot.services.core import open_engine

_DRIVERS = ("sqlite", "sqlite+pysqlite", "postgres", "postgresql", "postgresql+psycopg")
_RIGHT = "write sqlite:///escalate.db, or postgresql://user:password@host:5432/name with %40 for an @ in the password"


def migrate(url: str) -> tuple[str, str]:
    """Bring the tables up to date; returns the revisions before and after. Raises BadInput where that cannot be."""
    before = revision(url)
    try:
        command.upgrade(_alembic(url), "head")
    except (CommandError, DBAPIError) as error:
        raise BadInput([f"DATABASE_URL: the tables cannot be brought up to date ({_why(error)})."]) from error
    return before, revision(url)


def revision(url: str) -> str:
    """Return the revision of the tables there are; `nothing` for an empty database. Raises BadInput."""
    address(url)
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() or "nothing"
    except DBAPIError as error:
        raise _unusable(error) from error
    finally:
        engine.dispose()


def head(url: str) -> str | None:
    """Return the revision of the tables that this program knows."""
    return ScriptDirectory.from_config(_alembic(url)).get_current_head()


def require_migrated(url: str) -> None:
    """Raise BadInput when the tables are not those this program knows."""
    if revision(url) != head(url):
        raise BadInput(["The database's tables are not up to date. Run `escalate migrate` first."])


def address(url: str) -> URL:
    """Read an address; raises BadInput, which repeats nothing of it: it may hold a password."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise BadInput([f"DATABASE_URL: this is no database address; {_RIGHT}."]) from None
    if parsed.drivername not in _DRIVERS:
        raise BadInput([f"DATABASE_URL: {parsed.drivername} is neither SQLite nor PostgreSQL; {_RIGHT}."])
    if parsed.get_backend_name() == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise BadInput([f"DATABASE_URL: a database in memory keeps nothing; {_RIGHT}."])
    return parsed


@contextlib.contextmanager
def said_plainly() -> Iterator[None]:
    """Turn a database that cannot be used any more, or by this user, into a sentence."""
    try:
        yield
    except OperationalError as error:
        raise _unusable(error) from error
    except DBAPIError as error:
        if isinstance(error.orig, InsufficientPrivilege):
            raise _unusable(error) from error
        raise


def _unusable(error: DBAPIError) -> BadInput:
    return BadInput([f"DATABASE_URL: the database cannot be used ({_why(error)})."])


def _why(error: Exception) -> str:
    """Return a driver's own words, on one line and without the statement they may quote."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    told = cause.diag.message_primary if isinstance(cause, psycopg.Error) else None
    return " ".join((told or str(cause)).split()).rstrip(".")


def _alembic(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_migrations()))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def _migrations() -> Path:
    """Return where the migrations are: beside the package in a checkout, within it once installed."""
    beside = Path(__file__).resolve().parents[2] / "migrations"
    return beside if (beside / "env.py").exists() else Path(str(files("bot").joinpath("migrations")))
