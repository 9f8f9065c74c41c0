"""`escalate migrate`: bringing the database's tables up to date. Alembic takes its time to load: only this needs it."""

from importlib.resources import files
from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from bot import settings
from bot.commands import database
from bot.errors import BadInput


@click.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    with database.said_plainly():
        before, after = upgrade(settings.load().database_url)
    click.echo(f"The database is up to date ({after})." if before == after else f"Migrated from {before} to {after}.")


def upgrade(url: str) -> tuple[str, str]:
    """Bring the tables up to date; returns the revisions before and after. Raises BadInput where that cannot be."""
    before = database.revision(url)
    try:
        command.upgrade(_alembic(url), "head")
    except (CommandError, DBAPIError) as error:
        raise BadInput([f"DATABASE_URL: the tables cannot be brought up to date ({database.why(error)})."]) from error
    return before, database.revision(url)


def _alembic(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_migrations()))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def _migrations() -> Path:
    """Return where the migrations are: beside the package in a checkout, within it once installed."""
    beside = Path(__file__).resolve().parents[2] / "migrations"
    return beside if (beside / "env.py").exists() else Path(str(files("bot").joinpath("migrations")))
