"""Dates and times that PostgreSQL can hold and Python can't: `infinity`, before the year 1, after the year 9999.

The driver fails the whole result in which one occurs. Here it is loaded as `Unreadable`, so that only its row is
refused (`bot.models.reading`).
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from psycopg.abc import Buffer
from psycopg.adapt import Loader

from bot.models.base import Unreadable


class _MomentLoader(Loader):
    """Load times with a zone. PostgreSQL writes them in ISO 8601 if the session asks for it."""

    def load(self, data: Buffer) -> datetime | Unreadable:
        """Return the time."""
        written = str(data, "utf-8")
        try:
            return datetime.fromisoformat(written)
        except ValueError:
            return Unreadable(written)


class _DayLoader(Loader):
    """Load dates."""

    def load(self, data: Buffer) -> date | Unreadable:
        """Return the date."""
        written = str(data, "utf-8")
        try:
            return date.fromisoformat(written)
        except ValueError:
            return Unreadable(written)


# By the name of the type. Results come as text: the dialect asks for no binary ones.
LOADERS: Final[Mapping[str, type[Loader]]] = {"timestamptz": _MomentLoader, "date": _DayLoader}


def prepare(connection: Any, _record: object) -> None:
    """Register the loaders on a new driver connection; for the engine's `connect` event."""
    for name, loader in LOADERS.items():
        connection.adapters.register_loader(name, loader)
