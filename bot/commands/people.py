"""`escalate people import`."""

import sys
from pathlib import Path

import click

from bot.commands.services import opened
from bot.commands.terminal import line, say


@click.group()
def people() -> None:
    """Load people into the directory."""


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_people(file: Path) -> None:
    """Load people from a CSV file: valid rows are imported, invalid ones are listed by line and reason."""
    with opened() as services:
        result = services.people_import.load(file.read_bytes(), str(file))
    for row in result.rejected:
        say(line(f"{file}, line {row.line}: {'; '.join(row.reasons)}"), err=True)
    for note in result.notes:
        say(line(f"{file}: {note}"), err=True)
    say(
        f"imported {result.imported}, updated {result.updated}, unchanged {result.unchanged}, "
        f"rejected {len(result.rejected)}"
    )
    if result.rejected:
        sys.exit(1)
