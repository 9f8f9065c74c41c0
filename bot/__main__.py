"""The command line: run, migrate, demo, policy, accounts, people, doctor, digest, export."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from bot import __version__
from bot.errors import BadInput, EscalateError


class Tidy(click.Group):
    """Turns what a person did wrong into a sentence on stderr and an exit status, never into a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command: 1 when something is wrong and said, 2 (click's own) for wrong usage."""
        try:
            return super().invoke(ctx)
        except BadInput as error:
            for problem in error.problems:
                click.echo(problem, err=True)
            ctx.exit(1)
        except EscalateError as error:
            click.echo(str(error), err=True)
            ctx.exit(1)


@click.group(cls=Tidy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="escalate")
def main() -> None:
    """Escalate: when an important customer is in trouble, the right people, a channel and clocks."""


@main.command()
def run() -> None:
    """Run the bot until it is told to stop."""
    from bot import logs, settings
    from bot.app import build

    loaded = settings.load()
    logs.configure(loaded.log_level, loaded.log_format)
    with _problems_of_the_database():
        _require_migrated(loaded.database_url)
        asyncio.run(_run_until_stopped(build(loaded)))


async def _run_until_stopped(building: Any) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    program = await building
    await program.start()
    await stop.wait()
    await program.stop()


@main.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    from bot import settings

    with _problems_of_the_database():
        before, after = _migrate(settings.load().database_url)
    click.echo(f"The database is up to date ({after})." if before == after else f"Migrated from {before} to {after}.")


@main.group()
def accounts() -> None:
    """The account directory."""


@accounts.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_accounts(file: Path) -> None:
    """Load accounts from a CSV file: good rows are taken, bad rows are named by line and reason."""
    from bot import settings
    from bot.app import build_services

    loaded = settings.load()
    with _problems_of_the_database():
        _require_migrated(loaded.database_url)
        result = build_services(loaded).accounts.load(file.read_bytes(), str(file))
    for row in result.rejected:
        click.echo(f"{file}, line {row.line}: {'; '.join(row.reasons)}", err=True)
    click.echo(
        f"imported {result.imported}, updated {result.updated}, unchanged {result.unchanged}, "
        f"rejected {len(result.rejected)}"
    )
    if result.rejected:
        sys.exit(1)


@main.command()
@click.option("--for", "person", required=True, metavar="USER", help="A manager, by e-mail or Slack id.")
@click.option("--dry-run", is_flag=True, required=True, help="Print it; nothing is sent.")
def digest(person: str, dry_run: bool) -> None:  # noqa: FBT001 - click hands flags over by name
    """Print the digest a manager would get now."""
    from bot import settings
    from bot.app import build_services
    from bot.views.digest import as_text

    loaded = settings.load()
    with _problems_of_the_database():
        _require_migrated(loaded.database_url)
        click.echo(as_text(build_services(loaded).digests.compose(person)))


@main.command()
@click.option("--port", default=8400, show_default=True, help="The page's port; the bot's health is on the next one.")
@click.option("--keep", is_flag=True, help="Keep the last state of both.")
@click.option("--speed", default=1.0, show_default=True, help="How much faster the bot's clock runs.")
def demo(port: int, keep: bool, speed: float) -> None:  # noqa: FBT001 - click hands flags over by name
    """Start a local Slack and the bot together, with sample people and accounts."""
    from bot import demo as demonstration

    demonstration.run(port=port, keep=keep, speed=speed)


def _migrations() -> Path:
    beside = Path(__file__).resolve().parent.parent / "migrations"
    return beside if (beside / "env.py").exists() else Path(str(files("bot").joinpath("migrations")))


def _alembic(url: str) -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_migrations()))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def _migrate(url: str) -> tuple[str, str]:
    from alembic import command

    config = _alembic(url)
    before = _revision(url)
    command.upgrade(config, "head")
    return before, _revision(url)


def _revision(url: str) -> str:
    from alembic.runtime.migration import MigrationContext

    from bot.services.core import open_engine

    engine = open_engine(url)
    with engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    return revision or "empty"


def _require_migrated(url: str) -> None:
    from alembic.script import ScriptDirectory

    head = ScriptDirectory.from_config(_alembic(url)).get_current_head()
    if _revision(url) != head:
        raise BadInput(["The database's tables are not up to date. Run `escalate migrate` first."])


@contextlib.contextmanager
def _problems_of_the_database() -> Iterator[None]:
    """Turn a database that cannot be reached or an address that is none into a sentence."""
    from sqlalchemy.exc import ArgumentError, OperationalError

    try:
        yield
    except ArgumentError as error:
        raise BadInput([f"DATABASE_URL: this is no database address ({error})."]) from error
    except OperationalError as error:
        raise BadInput([f"DATABASE_URL: the database cannot be used ({error.orig})."]) from error


if __name__ == "__main__":
    main()
