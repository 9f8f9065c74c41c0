"""Services for commands that work on the records alone."""

import contextlib
from collections.abc import Iterator

from bot import settings
from bot.app import build_services
from bot.commands import database
from bot.services.bundle import Services


@contextlib.contextmanager
def opened() -> Iterator[Services]:
    """Open the services on the configured database and close them afterwards. Raises BadInput if that is impossible."""
    loaded = settings.load()
    with database.plain_errors():
        database.require_migrated(loaded.database_url)
        services = build_services(loaded)
        try:
            with services.database.transaction() as tx:
                services.people.refresh(tx)
            yield services
        finally:
            services.core.close()
