"""The database as commands need it: its schema checked, and plain error messages."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import URL, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from bot.database import schema_check
from bot.database.engine import open_engine
from bot.errors import BadInput
from bot.models import REVISION

HOW_TO_MAKE_ONE: Final = "Run `escalate migrate` to make one there, or correct DATABASE_URL."
NEWER: Final = "A newer version of Escalate has run on this database. Run that version, or restore a backup."
NOTHING: Final = "nothing"  # the revision of an empty database

_SHOWN: Final = 10
_INSUFFICIENT_PRIVILEGE: Final = "42501"  # PostgreSQL's SQLSTATE
_DRIVERS = ("sqlite", "sqlite+pysqlite", "postgres", "postgresql", "postgresql+psycopg")
_RIGHT = "write sqlite:///escalate.db, or postgresql://user:password@host:5432/name with %40 for an @ in the password"


def revision(url: str) -> str:
    """Return the schema's revision; `nothing` for an empty database. Raises BadInput."""
    if missing(url) is not None:
        return NOTHING
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return NOTHING
            return connection.scalar(text("SELECT version_num FROM alembic_version")) or NOTHING
    except DBAPIError as error:
        raise _unusable(error) from error
    finally:
        engine.dispose()


def require_migrated(url: str) -> None:
    """Raise BadInput if the schema's revision or its actual tables differ from what this program expects."""
    if (path := missing(url)) is not None:
        raise BadInput([f"There is no database at {path}. {HOW_TO_MAKE_ONE}"])
    found = revision(url)
    if is_newer(found):
        raise BadInput([f"The database's tables are those of {found}, this program's are {REVISION}.", NEWER])
    if found != REVISION:
        raise BadInput(["The database's tables are not up to date. Run `escalate migrate` first."])
    if wrong := differences(url):
        told = [f"The database's tables are not those of this version: {listed(wrong)}."]
        raise BadInput([*told, "Run `escalate migrate`: it adds what can be added, and says what can't."])


def is_newer(revision: str) -> bool:
    """Return True for a revision that a newer version of this program has."""
    return revision.isdecimal() and int(revision) > int(REVISION)


def differences(url: str) -> Sequence[schema_check.Difference]:
    """Return the schema differences that stop this program although the revision matches. Raises BadInput."""
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            return schema_check.differences(connection)
    except DBAPIError as error:
        raise _unusable(error) from error
    finally:
        engine.dispose()


def missing(url: str) -> Path | None:
    """Return the path of an SQLite file that doesn't exist and could be made; None for any other database.

    Ask this before opening one, because opening makes an empty file. Raises BadInput for a wrong address.
    """
    parsed = address(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database.startswith("file:"):
        return None
    path = Path(parsed.database).absolute()
    return path if path.parent.is_dir() and not path.exists() else None


def listed(differences: Sequence[schema_check.Difference]) -> str:
    """Return differences as text, at most the first few."""
    more = f", and {len(differences) - _SHOWN} more" if len(differences) > _SHOWN else ""
    return ", ".join(map(str, differences[:_SHOWN])) + more


def address(url: str) -> URL:
    """Parse a database URL; raises BadInput, which never quotes the URL because it may hold a password."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise BadInput([f"DATABASE_URL: this is not a database URL; {_RIGHT}."]) from None
    if parsed.drivername not in _DRIVERS:
        raise BadInput([f"DATABASE_URL: {parsed.drivername} is neither SQLite nor PostgreSQL; {_RIGHT}."])
    if parsed.get_backend_name() == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise BadInput([f"DATABASE_URL: a database in memory keeps nothing; {_RIGHT}."])
    return parsed


@contextlib.contextmanager
def plain_errors() -> Iterator[None]:
    """Convert errors of an unavailable or forbidden database to a plain message."""
    try:
        yield
    except OperationalError as error:
        raise _unusable(error) from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == _INSUFFICIENT_PRIVILEGE:
            raise _unusable(error) from error
        raise


def _unusable(error: DBAPIError) -> BadInput:
    return BadInput([f"DATABASE_URL: the database can't be used ({why(error)})."])


def why(error: Exception) -> str:
    """Return the driver's message on one line, without the statement it may quote."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    told = getattr(getattr(cause, "diag", None), "message_primary", None)  # psycopg's own message
    return " ".join((told or str(cause)).split()).rstrip(".")
