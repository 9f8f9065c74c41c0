"""Taking turns: what two transactions must not decide at the same time."""

from sqlalchemy import func, select

from bot.database.transaction import Transaction


def advisory_lock(tx: Transaction, about: str) -> None:
    """Let nobody else take a turn about the same until this transaction ends; SQLite has one writer anyway."""
    if tx.session.get_bind().dialect.name == "postgresql":
        tx.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(about))))
