"""`escalate accounts import`."""

from pathlib import Path

import click

from bot.commands.imports import finish
from bot.commands.services import opened
from bot.integrations.reading import read_table


@click.group()
def accounts() -> None:
    """Load the account directory."""


@accounts.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_accounts(file: Path) -> None:
    """Load accounts from a CSV file: valid rows are imported, invalid ones are listed by line and reason."""
    with opened() as services:
        result = services.account_import.load(read_table(file), str(file))
    finish(file, result)
