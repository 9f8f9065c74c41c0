"""Alembic's environment: the tables of `bot.models`, on the configured database."""

from collections.abc import Callable
from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, TypeDecorator, text

from bot import settings
from bot.database.engine import open_engine
from bot.database.schema_check import MIGRATING
from bot.models.base import Base, Json

# A migration that can't get its lock gives up rather than block everybody who queues behind it.
_LOCK = "5s"
_STATEMENT = "60s"


def _render(kind: str, item: object, autogen: AutogenContext) -> str | Literal[False]:
    """Render our column types as the types they are based on: a migration must not change with the code."""
    if kind != "type":
        return False
    if isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    if item is Json:
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql')"
    return False


def _is_ours(_item: object, name: str | None, kind: str, is_reflected: bool, _compared: object) -> bool:  # noqa: FBT001
    """Leave out of comparisons what the index of words consists of (revision 0056): no model describes it."""
    is_search = kind in {"table", "index"} and (name or "").startswith(("search_", "ix_search_"))
    return not (is_search and is_reflected)


def _run(connection: Connection) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        # To change a column, SQLite's table is copied and dropped. With foreign keys on, dropping it would delete the
        # rows that refer to it, or fail. They can't be switched off within a transaction.
        _foreign_keys(connection, on=False)
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=is_sqlite,
        # All or nothing, on SQLite too: the engine begins real transactions there.
        transactional_ddl=True,
        compare_type=True,
        render_item=_render,
        include_object=_is_ours,
    )
    with context.begin_transaction():
        if not is_sqlite:
            _one_at_a_time(connection)
        before(connection)
        context.run_migrations()
        after(connection)
        if is_sqlite and (broken := connection.execute(text("PRAGMA foreign_key_check")).all()):
            raise CommandError(f"rows refer to what is not there: {', '.join(sorted({row[0] for row in broken}))}")
    if is_sqlite:
        _foreign_keys(connection, on=True)


def _one_at_a_time(connection: Connection) -> None:
    """Wait for a replica that is migrating the same database; afterwards nothing is left to do."""
    connection.execute(text(f"SET LOCAL statement_timeout = '{_STATEMENT}'"))
    connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATING})"))
    connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK}'"))


def _foreign_keys(connection: Connection, *, on: bool) -> None:
    driver = connection.connection.driver_connection
    if driver is not None:
        driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def _nothing(_connection: Connection) -> None:
    """Do nothing."""


# Runs in the same transaction, so that it happens with the migrations or not at all.
before: Callable[[Connection], None] = context.config.attributes.get("before", _nothing)
after: Callable[[Connection], None] = context.config.attributes.get("after", _nothing)
given: Engine | None = context.config.attributes.get("connection")
url: str | None = context.config.attributes.get("url")
# Called by hand, Alembic works on the database of the settings.
engine = given or open_engine(url or settings.load().database_url)
try:
    with engine.connect() as opened:
        _run(opened)
finally:
    if given is None:
        engine.dispose()
