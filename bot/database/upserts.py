"""INSERT … ON CONFLICT, which each database has in its own words.

SQLAlchemy takes three MiB for PostgreSQL's words and one for SQLite's, so that only those of the database in use are
loaded.
"""

from typing import Any

from sqlalchemy.orm import Session


def upsert(session: Session, table: Any) -> Any:
    """Begin an INSERT into a table or model that can say what happens to a row that is there already.

    It has `on_conflict_do_nothing`, `on_conflict_do_update` and `excluded`, alike on SQLite and PostgreSQL.
    """
    return upsert_on(session.get_bind().dialect.name, table)


def upsert_on(dialect: str, table: Any) -> Any:
    """Begin the same for a dialect by its name."""
    if dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as on_sqlite  # noqa: PLC0415 - only for the database in use

        return on_sqlite(table)
    from sqlalchemy.dialects.postgresql import insert as on_postgresql  # noqa: PLC0415 - the same

    return on_postgresql(table)
