"""Channel names that no other escalation uses: each taken name would cost a call with a tight rate limit."""

from collections.abc import Iterator, Sequence
from itertools import islice

from sqlalchemy import bindparam, select

from bot.database.locks import advisory_lock
from bot.database.transaction import Transaction
from bot.models.escalation import Escalation

# Nearly always one of the first names is free; a customer with dozens of channels today is the exception.
_FIRST_BATCH = 4
_BATCH = 50
# If one customer has this many channels on one day, the escalation's key is used.
_MOST = 1000
# Built once: somebody waits for a declaration.
_OTHERS = select(Escalation.channel_name).where(
    Escalation.channel_name.in_(bindparam("names", expanding=True)), Escalation.id != bindparam("number")
)


def first_free(tx: Transaction, number: int, tried: Iterator[str]) -> str:
    """Return the first name that no other escalation has; its own key (`esc-12`) if there are too many.

    Until the commit nobody else is given that name: two processes that declare at one moment would choose the same, and
    after a crash neither could tell whose channel it is. A channel that somebody else made may still have the name:
    Slack then refuses it, and the next name is tried.
    """
    bounded, size, locked = islice(tried, _MOST), _FIRST_BATCH, set[str]()
    while batch := list(islice(bounded, size)):
        if not locked:
            _lock(tx, batch[0], locked)  # nearly always the one that is free
        used = _used(tx, number, batch)
        for name in batch:
            if name in used:
                continue
            if name in locked:
                return name
            _lock(tx, name, locked)
            if not _used(tx, number, [name]):
                return name
        size = _BATCH
    return f"esc-{number}"


def _lock(tx: Transaction, name: str, locked: set[str]) -> None:
    """Wait until nobody else is about to take a name; who looks afterwards sees whether they did."""
    advisory_lock(tx, f"channel name {name}")
    locked.add(name)


def _used(tx: Transaction, number: int, names: Sequence[str]) -> set[str | None]:
    return set(tx.session.scalars(_OTHERS, {"names": names, "number": number}))
