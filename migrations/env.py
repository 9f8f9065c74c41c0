"""Alembic's environment: the tables of `bot.models`, on the database that is configured."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, Engine, text

from bot.models import checklist, escalation, intake, outside, pattern, programme, request, watch, work  # noqa: F401 - importing them is what makes their tables known
from bot.models.base import Base, Json, UtcDateTime
from bot.services.core import open_engine

# A migration that cannot get its lock gives up rather than stop everybody who waits behind it.
_LOCK = "5s"
_STATEMENT = "60s"


def _render(kind: str, item: object, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own types down as what they are made of: a migration must not change with the code."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if item is Json:
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql')"
    return False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=_render,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK}'"))
            connection.execute(text(f"SET LOCAL statement_timeout = '{_STATEMENT}'"))
        context.run_migrations()


given: Engine | None = context.config.attributes.get("connection")
engine = given or open_engine(context.config.get_main_option("sqlalchemy.url") or "sqlite:///escalate.db")
try:
    with engine.connect() as opened:
        _run(opened)
finally:
    if given is None:
        engine.dispose()
