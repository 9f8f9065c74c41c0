"""`escalate migrate`: bringing the database's tables up to date. Alembic takes its time to load: only this needs it."""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot import settings
from bot.commands import database
from bot.errors import BadInput
from bot.models import shape
from bot.services.core import open_engine

_NOT_ADDED = (
    "Nothing was changed, because that can't be put right without guessing what the rows should hold. Use a backup or "
    "a new database, or change the tables by hand, with a copy of them kept."
)


@click.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    with database.said_plainly():
        url = settings.load().database_url
        before, after = upgrade(url)
        added = complete(url)
    click.echo(f"The database is up to date ({after})." if before == after else f"Migrated from {before} to {after}.")
    if added:
        click.echo(f"Mended, because {database.listed(added)}.")


def upgrade(url: str) -> tuple[str, str]:
    """Bring the tables up to date; returns the revisions before and after. Raises BadInput where that cannot be."""
    before = database.revision(url)
    try:
        command.upgrade(_alembic(url), "head")
    except (CommandError, DBAPIError) as error:
        raise BadInput([f"DATABASE_URL: the tables cannot be brought up to date ({database.why(error)})."]) from error
    return before, database.revision(url)


def complete(url: str) -> Sequence[shape.Difference]:
    """Add what tables of this revision lack; returns what that was. Raises BadInput where a value would be guessed.

    All or nothing: what cannot be added leaves the tables as they are.
    """
    engine = open_engine(url)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({shape.MIGRATING})"))
            found = shape.differences(connection)
            if left := shape.add(connection, found):
                raise BadInput([f"DATABASE_URL: {database.listed(left)}.", _NOT_ADDED])
    except DBAPIError as error:
        told = f"DATABASE_URL: what is missing cannot be added ({database.why(error)})."
        raise BadInput([told]) from error
    finally:
        engine.dispose()
    return found


def _alembic(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_migrations()))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def _migrations() -> Path:
    """Return where the migrations are: beside the package in a checkout, within it once installed."""
    beside = Path(__file__).resolve().parents[2] / "migrations"
    return beside if (beside / "env.py").exists() else Path(str(files("bot").joinpath("migrations")))
