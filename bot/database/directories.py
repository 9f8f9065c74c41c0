"""The directory's entries that admins have added in Slack, beside the file."""

import structlog
from pydantic import ValidationError
from sqlalchemy import func, select

from bot.database.transaction import Transaction
from bot.models import reading
from bot.models.directory import DirectoryChange, DirectoryEntry
from bot.policy.model.directory import Directory, Entry, merged

# Asked every few seconds, so it is built once.
_VERSION = select(func.max(DirectoryChange.id))


def version(tx: Transaction) -> int:
    """Return a number that grows with every change made in Slack."""
    return tx.session.scalars(_VERSION).one() or 0


def entries(tx: Transaction) -> tuple[Entry, ...]:
    """Return what admins have added. An entry that can't be read is left out and logged."""
    found: list[Entry] = []
    for row in tx.session.scalars(select(DirectoryEntry).order_by(DirectoryEntry.kind, DirectoryEntry.key)):
        wrong = reading.problem(row)
        try:
            if wrong is None:
                merged(Directory(), [(row.kind, row.key, row.data)])
                found.append((row.kind, row.key, row.data))
        except (ValidationError, KeyError, TypeError) as error:
            wrong = str(error).splitlines()[0]
        if wrong is not None:
            structlog.get_logger().error("directory entry unreadable", kind=str(row.kind), key=row.key, why=wrong)
    return tuple(found)
