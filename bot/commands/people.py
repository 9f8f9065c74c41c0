"""`escalate people import`."""

from pathlib import Path

import click

from bot.commands.imports import finish
from bot.commands.services import opened
from bot.integrations.reading import read_table


@click.group()
def people() -> None:
    """Load people into the directory."""


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_people(file: Path) -> None:
    """Load people from a CSV file: valid rows are imported, invalid ones are listed by line and reason."""
    with opened() as services:
        result = services.people_import.load(read_table(file), str(file))
    finish(file, result)
