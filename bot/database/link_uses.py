"""Makes a signed link, or a webhook, work once: its use is recorded in the transaction that does what it is for."""

import hashlib
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from bot.database.transaction import Transaction
from bot.models.links import LinkUse
from bot.ports.links import LinkUsedError

# Longer than any link lives, so that none works a second time.
KEPT: Final = timedelta(days=90)


def use(tx: Transaction, key: str) -> None:
    """Record the use of a link, by its key. Raises LinkUsedError if it was used before: do nothing then."""
    try:
        with tx.session.begin_nested():
            tx.session.add(LinkUse(link=_digest(key), used_at=tx.real_now))
            tx.session.flush()
    except IntegrityError:
        raise LinkUsedError from None


def is_used(tx: Transaction, key: str) -> bool:
    """Return True if a link was used."""
    return tx.session.get(LinkUse, _digest(key)) is not None


def forget(tx: Transaction) -> int:
    """Delete the records of links that have long expired, unless another replica is doing it; return how many."""
    free = select(LinkUse.link).where(LinkUse.used_at < tx.real_now - KEPT).with_for_update(skip_locked=True)
    found = tx.session.execute(delete(LinkUse).where(LinkUse.link.in_(free)))
    return int(found.rowcount)  # type: ignore[attr-defined] # a DELETE's result counts rows


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
