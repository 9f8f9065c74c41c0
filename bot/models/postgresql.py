"""Moments and days that PostgreSQL can hold and Python cannot: `infinity`, before the year 1, after the year 9999.

The driver refuses the whole result in which one stands. Here it is loaded as `Unreadable`, so that only the row that
holds it is refused (`bot.models.reading`).
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from psycopg.abc import Buffer
from psycopg.adapt import Loader

from bot.models.base import Unreadable


class _MomentLoader(Loader):
    """Loads moments with a zone. PostgreSQL writes them as ISO 8601 has them, if the session asks for that."""

    def load(self, data: Buffer) -> datetime | Unreadable:
        """Return the moment."""
        written = str(data, "utf-8")
        try:
            return datetime.fromisoformat(written)
        except ValueError:
            return Unreadable(written)


class _DayLoader(Loader):
    """Loads days."""

    def load(self, data: Buffer) -> date | Unreadable:
        """Return the day."""
        written = str(data, "utf-8")
        try:
            return date.fromisoformat(written)
        except ValueError:
            return Unreadable(written)


# By the name of the type. Results come as text: the dialect asks for no binary ones.
LOADERS: Final[Mapping[str, type[Loader]]] = {"timestamptz": _MomentLoader, "date": _DayLoader}


def prepare(connection: Any, _record: object) -> None:
    """Have a new connection of the driver load what Python cannot hold; for the engine's `connect` event."""
    for name, loader in LOADERS.items():
        connection.adapters.register_loader(name, loader)
