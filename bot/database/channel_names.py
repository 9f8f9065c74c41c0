"""Channel names that no other escalation uses: each taken name would cost a call with a tight rate limit."""

from collections.abc import Iterator
from itertools import islice

from sqlalchemy import select

from bot.database.transaction import Transaction
from bot.models.escalation import Escalation

# Nearly always one of the first names is free; a customer with dozens of channels today is the exception.
_FIRST_BATCH = 4
_BATCH = 50
# If one customer has this many channels on one day, the escalation's key is used.
_MOST = 1000


def first_free(tx: Transaction, number: int, tried: Iterator[str]) -> str:
    """Return the first name that no other escalation has; its own key (`esc-12`) if there are too many.

    A channel that somebody else made may still have that name: Slack then refuses it, and the next name is tried.
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
