"""Locks for what two transactions must not do at the same time: advisory ones, and that of an escalation's row."""

from sqlalchemy import func, select

from bot.database.transaction import Transaction
from bot.models.escalation import Escalation


def advisory_lock(tx: Transaction, about: str) -> None:
    """Take a transaction-scoped advisory lock (PostgreSQL; no-op on SQLite, which has one writer)."""
    if tx.session.get_bind().dialect.name == "postgresql":
        tx.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(about))))


def lock_escalation(tx: Transaction, number: int) -> None:
    """Lock an escalation's row, without loading it, before rows that belong to it are locked."""
    tx.session.execute(select(Escalation.id).where(Escalation.id == number).with_for_update(key_share=True))
