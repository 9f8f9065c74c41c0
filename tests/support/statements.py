"""Records what a piece of work asks of a database: each statement, its number of rows, the tables it scanned."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

_SCAN = re.compile(r"SCAN (\w+)(?! USING)(?: AS \w+)?$")
_ALIAS = re.compile(r"_\d+$")


@dataclass
class Statements:
    """The executed statements. On SQLite each is also explained."""

    run: list[str] = field(default_factory=list)
    rows: int = 0
    # The query plan, step by step.
    plan: list[str] = field(default_factory=list)
    # The tables that were scanned completely, with the statement.
    scanned: list[tuple[str, str]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Return the number of statements."""
        return len(self.run)

    def scans_of(self, *tables: str) -> list[tuple[str, str]]:
        """Return the scans of some tables."""
        return [(table, statement) for table, statement in self.scanned if table in tables]


@contextmanager
def watched(engine: Engine) -> Iterator[Statements]:
    """Record the statements executed in this context."""
    found = Statements()

    def look(connection: Any, cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:  # noqa: FBT001 - as SQLAlchemy calls it
        if statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            return
        found.run.append(statement)
        if connection.dialect.name == "postgresql":
            found.rows += max(0, cursor.rowcount) if cursor.description else 0
        elif not many:
            raw = cursor.connection
            if statement.startswith("SELECT"):
                found.rows += len(raw.execute(statement, parameters).fetchall())
            for *_, detail in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall():
                found.plan.append(detail)
                scan = _SCAN.match(detail)
                if scan:
                    found.scanned.append((_ALIAS.sub("", scan[1]), statement))

    event.listen(engine, "after_cursor_execute", look)
    try:
        yield found
    finally:
        event.remove(engine, "after_cursor_execute", look)
