"""`escalate tickets import`."""

from pathlib import Path

import click

from bot.commands.imports import finish
from bot.commands.services import opened
from bot.integrations.reading import read_table


@click.group()
def tickets() -> None:
    """Load how many tickets there were, for the escalation rate."""


@tickets.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_tickets(file: Path) -> None:
    """Load ticket volumes from a CSV file with the columns day, tickets and, if you like, region.

    Valid rows are imported, invalid ones are listed by line and reason. Importing a day again replaces it.
    """
    with opened() as services:
        result = services.ticket_volumes.load(read_table(file), str(file))
    finish(file, result)
