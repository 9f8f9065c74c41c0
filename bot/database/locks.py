"""Advisory locks, for decisions that two transactions must not take at the same time."""

from sqlalchemy import func, select

from bot.database.transaction import Transaction


def advisory_lock(tx: Transaction, about: str) -> None:
    """Take a transaction-scoped advisory lock (PostgreSQL; no-op on SQLite, which has one writer)."""
    if tx.session.get_bind().dialect.name == "postgresql":
        tx.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(about))))
