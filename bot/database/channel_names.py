"""Names for channels that no other escalation has: each that is taken would cost a call of a method that is scarce."""

from collections.abc import Iterator
from itertools import islice

from sqlalchemy import select

from bot.database.transaction import Transaction
from bot.models.escalation import Escalation

# Nearly always one of the first names is free; a customer with dozens of channels today is the exception.
_FIRST_BATCH = 4
_BATCH = 50
# So many channels of one customer on one day, and the escalation's key has to do.
_MOST = 1000


def first_free(tx: Transaction, number: int, tried: Iterator[str]) -> str:
    """Return the first name that no other escalation was given; its own key (`esc-12`) when there are too many.

    A channel that somebody else made may still have that name: Slack says so, and the next name is tried.
    """
    bounded, size = islice(tried, _MOST), _FIRST_BATCH
    while batch := list(islice(bounded, size)):
        others = (Escalation.channel_name.in_(batch), Escalation.id != number)
        used = set(tx.session.scalars(select(Escalation.channel_name).where(*others)))
        for name in batch:
            if name not in used:
                return name
        size = _BATCH
    return f"esc-{number}"
