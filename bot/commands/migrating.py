"""`escalate migrate`: updates the database schema. In a module of its own because Alembic is slow to load.

The first migration was changed several times before it was frozen, so a database may have an earlier version of it.
What is missing is added before the later migrations, which build on it. Everything happens in one transaction: if any
step fails the tables stay as they were.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Index, Table, event, inspect, text
from sqlalchemy.exc import DBAPIError

from bot import settings
from bot.commands import database
from bot.commands.terminal import say
from bot.database import schema_check
from bot.database.engine import open_engine
from bot.errors import BadInput
from bot.models import REVISION

_NOT_ADDED = (
    "Nothing was changed: repairing it would mean guessing what the rows hold. Restore a backup, or back up "
    "and repair the tables by hand. Then run `escalate migrate` again."
)
_BROKE_OFF = (
    "Nothing was changed. Back up the database, repair it, and run `escalate migrate` again. Finished steps "
    "aren't repeated."
)


@dataclass
class Upgrade:
    """The result of an upgrade: the revisions before and after, and what was missing and added."""

    before: str
    after: str = ""
    added: list[schema_check.Difference] = field(default_factory=list)


@click.command()
def migrate() -> None:
    """Update the database schema."""
    with database.plain_errors():
        done = upgrade(settings.load().database_url)
    is_new = done.before != done.after
    say(f"Migrated from {done.before} to {done.after}." if is_new else f"The database is up to date ({done.after}).")
    if done.added:
        say(f"Repaired the tables, because {database.listed(done.added)}.")


def upgrade(url: str) -> Upgrade:
    """Upgrade the tables, all or nothing. Raises BadInput if that would need guessing."""
    done = Upgrade(before=database.revision(url))
    config = _alembic(url)
    is_new = done.before == database.NOTHING
    wanted = _expected(done.before) if not is_new and done.before != REVISION and _is_known(config, done.before) else []

    def before(connection: Connection) -> None:
        # Another process may have migrated while this one waited for the lock.
        if wanted and connection.scalar(text("SELECT version_num FROM alembic_version")) == done.before:
            done.added += _completed(connection, schema_check.differences(connection, wanted))

    def after(connection: Connection) -> None:
        done.added += _completed(connection, schema_check.differences(connection))

    config.attributes.update(before=before, after=after)
    try:
        command.upgrade(config, "head")
    except (CommandError, DBAPIError) as error:
        told = f"DATABASE_URL: the tables can't be migrated ({database.why(error)})."
        raise BadInput([told, _BROKE_OFF if _is_known(config, done.before) else database.NEWER]) from error
    done.after = database.revision(url)
    return done


def _is_known(config: Config, revision: str) -> bool:
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    return revision == database.NOTHING or revision in known


def _completed(connection: Connection, found: Sequence[schema_check.Difference]) -> Sequence[schema_check.Difference]:
    """Add what is missing and return it. Raises BadInput if a value would have to be guessed."""
    if left := schema_check.add(connection, found):
        raise BadInput([f"DATABASE_URL: {database.listed(left)}.", _NOT_ADDED])
    return found


def _expected(revision: str) -> Sequence[Table]:
    """Return the tables that the migrations up to a revision create, without columns added to them later.

    The migrations are run on a database in memory, because only they know what they create. Tables that a later
    migration removed columns from are skipped.
    """
    made: dict[str, Table] = {}
    engine = open_engine("sqlite://")
    config = _alembic("sqlite://")
    config.attributes["connection"] = engine
    try:
        with _recorded(made):
            command.upgrade(config, revision)
        with engine.connect() as connection:
            inspector = inspect(connection)
            columns = {name: found for (_, name), found in inspector.get_multi_columns().items()}
            indexes = {name: found for (_, name), found in inspector.get_multi_indexes().items()}
    finally:
        engine.dispose()
    there = {name: {column["name"] for column in found} for name, found in columns.items()}
    for name, table in made.items():
        _add_indexes(table, indexes.get(name, []))
    return [table for name, table in made.items() if set(table.columns.keys()) <= there.get(name, set())]


@contextmanager
def _recorded(made: dict[str, Table]) -> Iterator[None]:
    """Record each table as a migration creates it, with its types on both databases."""

    def note(table: Table, *_: object, **__: object) -> None:
        made.setdefault(table.name, table)

    event.listen(Table, "before_create", note)
    try:
        yield
    finally:
        event.remove(Table, "before_create", note)


def _add_indexes(table: Table, found: Sequence[Any]) -> None:
    """Add the missing indexes to a table, except those of columns that were added later."""
    for index in found:
        if set(index["column_names"]) <= set(table.columns.keys()):
            where = index["dialect_options"].get("sqlite_where")
            columns = [table.columns[name] for name in index["column_names"]]
            Index(index["name"], *columns, unique=bool(index["unique"]), sqlite_where=where, postgresql_where=where)


def _alembic(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_migrations()))
    config.attributes["url"] = url
    return config


def _migrations() -> Path:
    """Return the folder of migrations: beside the package in a checkout, inside it once installed."""
    beside = Path(__file__).resolve().parents[2] / "migrations"
    return beside if (beside / "env.py").exists() else Path(str(files("bot").joinpath("migrations")))
