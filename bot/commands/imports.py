"""The printed result of a CSV import, the same for accounts and people."""

import sys
from pathlib import Path

from bot.commands.terminal import line, say
from bot.services.accounts.csv_file import Imported


def finish(file: Path, result: Imported) -> None:
    """Print the rejected rows and the notes on stderr and the counts on stdout; exit with 1 if rows were rejected."""
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
